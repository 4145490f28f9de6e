import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import type { WireRequest } from '../request/wire.ts'
import { scriptLive } from './scripted-live.test-fixture.ts'
import { createTape } from './tape.ts'

const ORIGINAL = 'resp_68b1f2c4a9d08197a3e2'

beforeEach(() => {
  vi.stubEnv('CI', '')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function ask(previous?: string): WireRequest {
  const body = JSON.stringify({ model: 'gpt-test', input: 'Hi', previous_response_id: previous })
  const headers = [['content-type', 'application/json']] as const
  return { method: 'POST', url: 'https://api.openai.com/v1/responses', headers, body }
}

function textOf({ body }: { readonly body: Uint8Array | null }): string {
  return Buffer.from(body ?? []).toString()
}

test('a request is as handle would send it, in the modes that send, and nothing is counted', async () => {
  const store = createMemoryStore()
  const { live, sent } = scriptLive({
    headers: [['content-type', 'application/json']],
    body: [JSON.stringify({ id: ORIGINAL, object: 'response', status: 'completed', output: [] })],
  })
  const recording = createTape({ mode: 'record', recordings: store })
  let answer = ''
  for await (const read of (await recording.handle(ask(), live)).body)
    answer += Buffer.from(read).toString()
  const { id } = JSON.parse(answer) as { id: string }
  const here = await recording.restoreIds(ask(id))
  await recording.close()
  const later = createTape({ mode: 'record-if-missing', recordings: store })
  const fromStore = await later.restoreIds(ask(id))
  const unknown = await later.restoreIds(ask('resp_rec000000000000_0'))
  await later.close()
  const replaying = createTape({ mode: 'replay', recordings: store })
  const asItIs = await replaying.restoreIds(ask(id))
  await replaying.close()

  expect(id).not.toBe(ORIGINAL)
  expect(textOf(here)).toContain(ORIGINAL)
  expect(textOf(fromStore)).toContain(ORIGINAL)
  expect(textOf(unknown)).toBe(ask('resp_rec000000000000_0').body)
  expect(textOf(asItIs)).toBe(ask(id).body)
  expect(sent).toHaveLength(1)
  expect(later.report()).toEqual({
    replayed: [],
    recorded: [],
    missed: [],
    refused: [],
    unused: [],
  })
})
