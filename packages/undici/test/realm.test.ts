import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compileFunction, createContext, runInContext } from 'node:vm'
import type * as core from '@wiretape/core'
import { hangUp, json } from '@wiretape/testkit'
import type * as adapter from '@wiretape/undici'
import type * as undici from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildEntries, builtFolder } from './build-entries.ts'
import { CHAT, chatAnswer, chatBody, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const folder = builtFolder('realm')

beforeAll(() => buildEntries(folder, [/^undici$/]), 60_000)

afterAll(() => rm(folder, { recursive: true }))

interface Realm {
  readonly global: typeof globalThis
  readonly core: typeof core
  readonly adapter: typeof adapter
  readonly undici: typeof undici
}

/** A global object of its own, to which Node's globals are copied, and in which all modules but Node's are run: as Jest has it. */
function createRealm(): Realm {
  const context = createContext()
  const global = runInContext('globalThis', context) as typeof globalThis
  for (const name of Object.getOwnPropertyNames(globalThis).filter((own) => !(own in global)))
    Object.defineProperty(global, name, Reflect.getOwnPropertyDescriptor(globalThis, name) ?? {})
  // Buffers are those of Node's realm (jest-environment-node).
  Object.assign(global, { global, ArrayBuffer, Uint8Array })
  const loaded = new Map<string, { exports: unknown }>()
  const requireNode = createRequire(import.meta.url)
  const load = (specifier: string): unknown => {
    if (!specifier.startsWith('.')) return requireNode(specifier)
    const known = loaded.get(specifier)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    loaded.set(specifier, module)
    const file = join(folder, specifier)
    const run = compileFunction(readFileSync(file, 'utf8'), ['exports', 'require', 'module'], {
      filename: file,
      parsingContext: context,
    }) as (...given: unknown[]) => void
    run(module.exports, load, module)
    return module.exports
  }
  return {
    global,
    core: load('./core.cjs') as typeof core,
    adapter: load('./index.cjs') as typeof adapter,
    undici: load('./undici.cjs') as typeof undici,
  }
}

const init = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: chatBody(),
} as const

test('in a realm of its own fetch knows no dispatcher of that realm', async () => {
  fixture.provider.script(json({ ok: true }))
  const { global, undici: own } = createRealm()
  const agent = new own.MockAgent()
  agent.disableNetConnect()
  own.setGlobalDispatcher(agent)

  expect(await (await global.fetch(`${fixture.provider.url}/x`)).json()).toEqual({ ok: true })
})

test('in a realm of its own installTape tapes fetch and undici, and gives back what was there', async () => {
  fixture.provider.script(chatAnswer(1), chatAnswer(2), hangUp({ reset: true }))
  const url = fixture.provider.url + CHAT
  const { global, core: ownCore, adapter: own, undici: ownUndici } = createRealm()
  const before = [global.fetch, ownUndici.getGlobalDispatcher()]
  const ask = async (): Promise<string[]> => [
    await (await global.fetch(url, init)).text(),
    await (await ownUndici.request(url, init)).body.text(),
    // What Node throws is no Error of this realm.
    await ownUndici.request(`${url}/broken`).then(String, ({ code }: { code: string }) => code),
  ]
  const tape = ownCore.createTape({ mode: 'record', recordings: fixture.folder })
  const recording = own.installTape(tape)
  const recorded = await ask()
  recording.dispose()
  await tape.close()
  await fixture.provider.close()
  const replay = ownCore.createTape({ mode: 'replay', recordings: fixture.folder })
  const installed = own.installTape(replay)
  const replayed = await ask()
  installed.dispose()
  await replay.close()

  expect(recorded[0]).toContain('lo ☀️')
  expect(recorded[1]).not.toBe(recorded[0])
  expect(recorded[2]).toBe('ECONNRESET')
  expect(replayed).toEqual(recorded)
  expect(replay.report().replayed).toHaveLength(3)
  expect([global.fetch, ownUndici.getGlobalDispatcher()]).toEqual(before)
})
