import { expect, test } from 'vitest'
import { CHAT, chatChunk, item, recordingOf, seed } from './recordings.ts'
import { run } from './run.ts'

function linesOf(output: string): unknown[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

test('the seed is a line a chunk, then the message', async () => {
  const { output } = await run(['play', '--json', seed])

  const lines = linesOf(output)
  expect(lines).toHaveLength(7)
  expect(lines[0]).toMatchObject({
    chunk: { choices: [{ delta: { role: 'assistant' } }] },
    at: null,
  })
  expect(lines[6]).toMatchObject({ message: { object: 'chat.completion' } })
})

test('a chunk has its time, and an answer that is not complete its ending', async () => {
  const input = recordingOf({
    url: CHAT,
    body: [chatChunk({ content: 'a' }), chatChunk({ content: 'b' })],
    wire: { framing: 'sse', ending: 'cut', reads: { head: 1, at: [2, 3.5] } },
  })
  const { status, writes } = await run(['play', '--json', '-'], { input })

  expect(status).toBe(0)
  expect(writes).toEqual([
    '{"chunk":{"id":"rec-0123456789ab","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]},"at":2}\n',
    '{"chunk":{"id":"rec-0123456789ab","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null}]},"at":3.5}\n',
    expect.stringMatching(/^\{"message":\{.*"content":"ab".*\}\}\n$/),
    '{"ending":"cut"}\n',
  ])
})

test('a whole answer is only a message', async () => {
  const input = recordingOf({
    url: 'https://api.openai.com/v1/embeddings',
    body: item({ object: 'list', data: [] }),
    wire: { framing: 'json', ending: 'complete' },
  })

  expect((await run(['play', '--json', '-'], { input })).output).toBe(
    '{"message":{"object":"list","data":[]}}\n',
  )
})

test('bytes are base64', async () => {
  const input = recordingOf({
    url: 'https://api.example/v1/x',
    body: item('//4A', 'wiretape.generic.bytes'),
    wire: { framing: 'bytes', ending: 'complete' },
  })

  expect((await run(['play', '--json', '-'], { input })).output).toBe(
    '{"message":{"base64":"//4A"}}\n',
  )
})

test('a request that got no answer is its ending and error', async () => {
  const error = { name: 'Error', code: null, message: 'socket hang up' }
  const input = recordingOf({
    url: CHAT,
    status: null,
    body: null,
    wire: { framing: 'json', ending: 'error', error },
  })

  expect((await run(['play', '--json', '-'], { input })).output).toBe(
    '{"ending":"error","error":{"name":"Error","code":null,"message":"socket hang up"}}\n',
  )
})

function bedrockChunk(bytes: object): object {
  return item({ bytes }, 'wiretape.bedrock-invoke.chunk')
}

test("Bedrock's wrapped chunks come as recorded, and their message as the provider says it", async () => {
  const input = recordingOf({
    url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v2/invoke-with-response-stream',
    body: [
      bedrockChunk({
        type: 'message_start',
        message: { type: 'message', role: 'assistant', content: [] },
      }),
      bedrockChunk({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      }),
      bedrockChunk({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: 'Hi' },
      }),
      bedrockChunk({ type: 'message_stop' }),
    ],
    wire: { framing: 'eventstream', ending: 'complete' },
  })
  const lines = linesOf((await run(['play', '--json', '-'], { input })).output)

  expect(lines[3]).toEqual({ chunk: { bytes: { type: 'message_stop' } }, at: null })
  expect(lines[4]).toEqual({
    message: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
  })
})

test('on a terminal it stays JSON without control characters', async () => {
  const input = recordingOf({
    url: CHAT,
    body: [chatChunk({ content: '\u001b[1m\u009b1m' })],
    wire: { framing: 'sse', ending: 'complete' },
  })
  const { output } = await run(['play', '--json', '-'], { input, isTerminal: true })

  expect(output).not.toContain('\u001b')
  expect(output).not.toContain('\u009b')
  expect(linesOf(output)[0]).toHaveProperty('chunk.choices.0.delta.content', '\u001b[1m\u009b1m')
})
