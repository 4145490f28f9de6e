import { expect, test } from 'vitest'
import { CHAT, chatChunk, item, recordingOf, seed } from './recordings.ts'
import { run } from './run.ts'

const COMPLETE = { framing: 'sse', ending: 'complete' }

test('the seed is played as its text, then as the assembled message', async () => {
  const { status, output } = await run(['play', '--instant', seed])

  const [head = '', blank, text = ''] = output.split('\n')
  expect(status).toBe(0)
  expect(head).toBe(
    'POST https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1/v1/chat/completions · openai.gpt-oss-20b-1:0 · status 200',
  )
  expect(blank).toBe('')
  expect(text).toMatch(
    /^We need to answer: .*In Latin the Sun is called \*\*Sol\*\* \(genitive \*Solis\*\)\.$/,
  )
  const message: unknown = JSON.parse(output.slice(output.indexOf('\n\n{')))
  expect(message).toMatchObject({ id: 'rec-085098d43435', choices: [{ finish_reason: 'stop' }] })
})

test('text is written as it comes, then a blank line and the message', async () => {
  const input = recordingOf({
    url: CHAT,
    body: [
      chatChunk({ role: 'assistant', content: 'one ' }),
      chatChunk({ content: 'two' }, 'stop'),
    ],
    wire: COMPLETE,
  })
  const { writes } = await run(['play', '-'], { input })

  expect(writes).toEqual([
    'POST https://api.openai.com/v1/chat/completions · m · status 200 · recorded 2026-12-01T10:00:00.000Z\n\n',
    'one ',
    'two',
    '\n',
    `
{
  "id": "rec-0123456789ab",
  "object": "chat.completion",
  "created": 0,
  "model": "m",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": "one two"
      },
      "finish_reason": "stop"
    }
  ]
}
`,
  ])
})

test('a tool call is its name and its arguments as they grow, on a line of its own', async () => {
  const start = { index: 0, id: 'call_1', function: { name: 'weather', arguments: '' } }
  const input = recordingOf({
    url: CHAT,
    body: [
      chatChunk({ role: 'assistant', content: 'Let me see.' }),
      chatChunk({ tool_calls: [start] }),
      chatChunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
      chatChunk({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }, 'tool_calls'),
    ],
    wire: COMPLETE,
  })
  const { writes } = await run(['play', '--instant', '-'], { input })

  expect(writes.slice(1, -1)).toEqual([
    'Let me see.',
    '\n',
    'weather ',
    '{"city":',
    '"Rome"}',
    '\n',
  ])
})

test('items of an unknown API are a compact line each, without a message', async () => {
  const input = recordingOf({
    url: 'https://api.example/v1/x',
    body: [item({ step: 1, of: { n: 2 } }), item('half', 'wiretape.generic.text')],
    wire: COMPLETE,
  })
  const { output } = await run(['play', '--instant', '-'], { input })

  expect(output).toBe(`\
POST https://api.example/v1/x · m · status 200 · recorded 2026-12-01T10:00:00.000Z

{"step":1,"of":{"n":2}}
half
`)
})

test('what a server streams beside its API is not lost', async () => {
  const input = recordingOf({
    url: CHAT,
    body: [item({ value: ' out' }), item({ value: '!' })],
    wire: COMPLETE,
  })
  const { output } = await run(['play', '--instant', '-'], { input })

  expect(output).toContain('\n\n{"value":" out"}\n{"value":"!"}\n')
})

test('an error in the middle of a stream is a line', async () => {
  const input = recordingOf({
    url: CHAT,
    body: [chatChunk({ content: 'one' }), item({ error: { message: 'overloaded' } })],
    wire: COMPLETE,
  })
  const { output } = await run(['play', '--instant', '-'], { input })

  expect(output).toContain('\n\none\n{"error":{"message":"overloaded"}}\n\n{\n')
})

test('a whole answer is printed whole', async () => {
  const input = recordingOf({
    url: 'https://api.openai.com/v1/embeddings',
    body: item({ object: 'list', data: [] }),
    wire: { framing: 'json', ending: 'complete' },
  })
  const { output } = await run(['play', '-'], { input })

  expect(output).toBe(`\
POST https://api.openai.com/v1/embeddings · m · status 200 · recorded 2026-12-01T10:00:00.000Z

{
  "object": "list",
  "data": []
}
`)
})

test.each([
  ['text', item('Bad\nGateway\n', 'wiretape.generic.text'), 'Bad\nGateway\n'],
  ['bytes', item('//4A', 'wiretape.generic.bytes'), '(3 bytes)\n'],
])('an answer of %s has no JSON', async (framing, body, expected) => {
  const input = recordingOf({
    url: 'https://api.example/v1/x',
    body,
    wire: { framing, ending: 'complete' },
  })
  const { output } = await run(['play', '-'], { input })

  expect(output).toBe(
    `POST https://api.example/v1/x · m · status 200 · recorded 2026-12-01T10:00:00.000Z\n\n${expected}`,
  )
})

test.each([
  ['cut', 'cut (the connection closed early)'],
  ['aborted', 'aborted (the caller stopped)'],
  ['error', 'error (the connection failed)'],
])('an answer that was %s says so at the end, and is no failure', async (ending, expected) => {
  const input = recordingOf({
    url: CHAT,
    body: [chatChunk({ content: 'one' })],
    wire: { framing: 'sse', ending },
  })
  const { status, output } = await run(['play', '--instant', '-'], { input })

  expect(status).toBe(0)
  expect(output).toContain('\n\none\n\n{\n')
  expect(output.endsWith(`\n}\n\nThe answer ended here: ${expected}.\n`)).toBe(true)
})

test('a request that got no answer says which error it got', async () => {
  const error = { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' }
  const input = recordingOf({
    url: CHAT,
    status: null,
    body: null,
    wire: { framing: 'json', ending: 'error', error },
  })
  const { status, output } = await run(['play', '-'], { input })

  expect(status).toBe(0)
  expect(output).toBe(`\
POST https://api.openai.com/v1/chat/completions · m · no answer · recorded 2026-12-01T10:00:00.000Z

The answer ended here: error (ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1).
`)
})

/** Its second chunk came after so many milliseconds. */
function pacedRecording(milliseconds: number): string {
  return recordingOf({
    url: CHAT,
    body: [chatChunk({ content: 'a' }), chatChunk({ content: 'b' }, 'stop')],
    wire: { ...COMPLETE, reads: { head: 10, at: [100, milliseconds] } },
  })
}

/** How long it takes to play it. */
async function timeOf(milliseconds: number, ...flags: string[]): Promise<number> {
  const startedAt = performance.now()
  await run(['play', ...flags, '-'], { input: pacedRecording(milliseconds) })
  return performance.now() - startedAt
}

test('the recorded pace is kept, --speed divides it and --instant drops it', async () => {
  // A timer may fire a millisecond early; what takes an hour runs into the test's own time limit.
  expect(await timeOf(300)).toBeGreaterThanOrEqual(295)
  expect(await timeOf(300, '--speed', '2')).toBeGreaterThanOrEqual(145)
  await timeOf(3_600_000, '--speed', '36000')
  await timeOf(3_600_000, '--instant')
})

test('prose about the recording is grey where colours are wanted', async () => {
  const input = recordingOf({
    url: CHAT,
    body: [chatChunk({ content: 'one' })],
    wire: { framing: 'sse', ending: 'cut' },
  })
  const { output } = await run(['play', '-'], { input, isTerminal: true, isColoured: true })

  expect(output.startsWith('\u001b[2mPOST https://')).toBe(true)
  expect(output).toContain('.000Z\u001b[22m\n\none\n')
  expect(
    output.endsWith(
      '\u001b[2mThe answer ended here: cut (the connection closed early).\u001b[22m\n',
    ),
  ).toBe(true)
})

test('a terminal does not obey what a recording holds, a file gets it as it was', async () => {
  const text = 'a\u001b[2J\u009b1m\r\n\tb\rc'
  const input = recordingOf({ url: CHAT, body: [chatChunk({ content: text })], wire: COMPLETE })
  const terminal = await run(['play', '--instant', '-'], { input, isTerminal: true })
  const file = await run(['play', '--instant', '-'], { input })

  expect(terminal.writes[1]).toBe(String.raw`a\u001b[2J\u009b1m` + '\r\n\tb' + String.raw`\u000dc`)
  expect(file.writes[1]).toBe(text)
})
