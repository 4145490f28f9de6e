import { createTape } from '@wiretape/core'
// By its name, as users do: the built entry is then the same module as theirs.
import { installTape } from '@wiretape/undici'

/** An ESM and a CommonJS copy of this module, and every import of it, are one tape. */
const KEY = Symbol.for('wiretape.register/1')

if (Reflect.get(globalThis, KEY) !== true) {
  Reflect.set(globalThis, KEY, true)
  const { WIRETAPE_TEST_ID, WIRETAPE_PASS_THROUGH, WIRETAPE_ONLY } = process.env
  const tape = createTape({
    testId: WIRETAPE_TEST_ID || undefined,
    passThrough: listOf(WIRETAPE_PASS_THROUGH),
  })
  installTape(tape, { only: listOf(WIRETAPE_ONLY) })
  // A process that ends by process.exit() comes past here, and core says at its end what went wrong.
  process.once('beforeExit', () => void tape.close().catch(complain))
}

function listOf(hosts = ''): readonly string[] {
  return hosts.match(/[^\s,]+/g) ?? []
}

function complain({ message }: Error): void {
  process.stderr.write(`wiretape: ${message}\n`)
  process.exitCode ||= 1
}
