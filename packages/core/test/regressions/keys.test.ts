import { expect, test } from 'vitest'
import { parseRecording } from '../../src/recording/parse-recording.ts'
import { requestKey } from '../../src/request/recording-key.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { readText, scriptLive } from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { isolateTapes } from '../tapes.test-fixture.ts'

isolateTapes()

function keyOf(path: string, body: string, betas: readonly string[] = []): string {
  return requestKey({
    method: 'POST',
    url: `https://api.openai.com/v1/${path}`,
    headers: betas.map((beta) => ['openai-beta', beta] as const),
    body,
  }).hash
}

test('a header that is repeated counts with all its values', () => {
  const keys = [['a', 'c'], ['b', 'c'], ['c'], ['a', 'b', 'c']].map((betas) =>
    keyOf('chat/completions', '{}', betas),
  )

  expect(new Set(keys).size).toBe(4)
  expect(keyOf('chat/completions', '{}', ['a, c'])).toBe(keys[0])
})

test.each([
  [
    'chat/completions',
    '{"messages":[{"tool_call_id":"b","tool_calls":[{"id":"a"}]},{"tool_call_id":"a"}]}',
    '{"messages":[{"tool_calls":[{"id":"a"}],"tool_call_id":"b"},{"tool_call_id":"a"}]}',
  ],
  [
    'responses',
    '{"input":[{"type":"function_call","id":"fc_1","call_id":"call_1"},{"type":"function_call_output","call_id":"call_1"}]}',
    '{"input":[{"type":"function_call","call_id":"call_1","id":"fc_1"},{"type":"function_call_output","call_id":"call_1"}]}',
  ],
])(
  'ids of one object are numbered alike in whatever order its keys stand: %s',
  (path, one, other) => {
    expect(keyOf(path, one)).toBe(keyOf(path, other))
  },
)

test.each([
  ['a text', 'text/plain', 'hello'],
  ['a text that looks like JSON', 'text/plain', '"hello"'],
  ['bytes', 'application/octet-stream', Uint8Array.of(0xff, 0x00, 0xfe)],
  ['a form', 'application/x-www-form-urlencoded', 'a=1&b=%20'],
])('a recording of %s has the key of the request that made it', async (_, type, body) => {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store })
  const request = {
    method: 'POST',
    url: 'https://x.example/y',
    headers: [['content-type', type]] as const,
    body,
  }
  await readText(await tape.handle(request, scriptLive({ body: ['ok'] }).live))
  await tape.close()

  const keys: (string | undefined)[] = []
  for await (const { path } of store.list('generic')) {
    const recording = parseRecording((await store.read(path)) ?? '')
    keys.push(requestKey(recording).hash, recording.recorded?.key?.hash)
  }

  expect(keys).toEqual([requestKey(request).hash, requestKey(request).hash])
})
