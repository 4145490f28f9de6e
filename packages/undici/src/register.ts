import { createTape } from '@wiretape/core'
import { installTape } from './install-tape.ts'

/** An ESM and a CommonJS copy of this module, and every import of it, are one tape. */
const KEY = Symbol.for('wiretape.register/1')

if (!(KEY in globalThis)) {
  Reflect.set(globalThis, KEY, true)
  register(process.env)
}

function register(environment: Readonly<Record<string, string | undefined>>): void {
  const tape = createTape({
    testId: environment['WIRETAPE_TEST_ID'] || undefined,
    passThrough: listOf(environment['WIRETAPE_PASS_THROUGH']),
  })
  installTape(tape, { only: listOf(environment['WIRETAPE_ONLY']) })
  // A process that ends by process.exit() comes past here, and core says at its end what went wrong.
  process.once('beforeExit', () => void tape.close().catch(complain))
}

function listOf(hosts: string | undefined): string[] {
  return (hosts ?? '').split(/[\s,]+/).filter((host) => host !== '')
}

function complain(error: unknown): void {
  process.stderr.write(`wiretape: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode ||= 1
}
