import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { generic } from '../dialect/generic.ts'
import { openaiChat } from '../dialect/openai-chat.ts'
import { framingOf } from '../framing/framings.ts'
import type { FramingName } from '../framing/framing.ts'
import type { JsonObject } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { viewRequest } from '../request/request-view.ts'
import type { Answer, Ending } from './answer.ts'
import { formatDocument } from './format-document.ts'
import { readAnswer } from './read-answer.ts'
import { cutReads } from './reads.ts'
import { type AnswerContext, writeAnswer } from './write-answer.ts'

const chat = contextOf('https://api.openai.com/v1/chat/completions')
const other = contextOf('https://example.com/anything')

function contextOf(url: string): AnswerContext {
  const view = viewRequest({ method: 'POST', url, headers: [] }, null)
  for (const dialect of [openaiChat, generic]) {
    const recognition = dialect.recognise(view)
    if (recognition !== undefined) return { dialect, endpoint: recognition.endpoint }
  }
  throw new Error('not recognised')
}

function answerOf(bytes: Uint8Array, framing: FramingName, ending: Ending = 'complete'): Answer {
  const splitter = framingOf(framing).createSplitter()
  const frames = [...splitter.push(bytes), ...splitter.end()]
  return { status: 200, headers: [], framing, frames, reads: [], headAt: null, ending }
}

/** The answer as it comes back from the text of a file. */
function throughFile(answer: Answer, context: AnswerContext): Answer {
  const response = writeAnswer(answer, context) as JsonObject
  const text = formatDocument({ kind: 'object', members: [{ key: 'response', value: response }] })
  const document = parseJson(text)
  if (document.kind !== 'object') throw new Error('not an object')
  return readAnswer(document.members[0]?.value as JsonObject, context)
}

function bytesOf(answer: Answer): string {
  return Buffer.concat(answer.frames.map(({ bytes }) => bytes)).toString('latin1')
}

const line = fc.constantFrom('\n', '\r\n', '\r')
const sseText = fc
  .array(
    fc.oneof(
      fc.tuple(
        fc.constantFrom('data: ', 'data:', ': ', 'event: ', 'id: ', 'retry: ', ''),
        fc.json(),
        line,
      ),
      fc.tuple(
        fc.constantFrom('data: [DONE]', '', 'data: {"a": 1.0}', 'data: {"é":"\ud83d"}'),
        fc.constant(''),
        line,
      ),
    ),
    { maxLength: 30 },
  )
  .map((lines) => lines.map((parts) => parts.join('')).join(''))

test('every SSE text comes back from its file byte for byte', () => {
  fc.assert(
    fc.property(sseText, fc.constantFrom<Ending>('complete', 'cut'), (text, ending) => {
      const bytes = Buffer.from(text)
      for (const context of [chat, other]) {
        const answer = answerOf(bytes, 'sse', ending)
        expect(bytesOf(throughFile(answer, context))).toBe(bytes.toString('latin1'))
      }
    }),
    { numRuns: 300 },
  )
})

test('arbitrary bytes come back from their file in every framing', () => {
  const framings: FramingName[] = [
    'json',
    'json-array',
    'sse',
    'ndjson',
    'eventstream',
    'text',
    'bytes',
  ]
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom(...framings),
      (bytes, framing) => {
        const answer = answerOf(bytes, framing)
        expect(bytesOf(throughFile(answer, other))).toBe(Buffer.from(bytes).toString('latin1'))
      },
    ),
    { numRuns: 500 },
  )
})

test('JSON comes back in its own print', () => {
  const bodies = [
    '{"a":1.0,"b":[1e-7,-0.0,12345678901234567890]}',
    '{\n  "a": 1\n}\n',
    '{"a": 1, "b": "\\u00e9"}',
    '\n\n{"2":1,"10":2,"1":3}',
    '{"a":1,"a":2,"__proto__":{}}',
    '{"lone":"\\ud83d"}',
    '{ "odd" :1}',
    'not json',
    '',
  ]
  for (const body of bodies)
    expect(bytesOf(throughFile(answerOf(Buffer.from(body), 'json'), chat))).toBe(
      Buffer.from(body).toString('latin1'),
    )
})

test('a chat stream needs nothing beside its chunks', () => {
  const text = 'data: {"id":"c","choices":[]}\n\ndata: {"id":"c","choices":[]}\n\ndata: [DONE]\n\n'

  const response = writeAnswer(answerOf(Buffer.from(text), 'sse'), chat)

  expect(printJson(response)).toBe(
    '{"status":200,"headers":{},"body":[' +
      '{"__type__":"openai.types.chat.chat_completion_chunk.ChatCompletionChunk","__data__":{"id":"c","choices":[]}},' +
      '{"__type__":"openai.types.chat.chat_completion_chunk.ChatCompletionChunk","__data__":{"id":"c","choices":[]}}' +
      '],"is_streaming":true,"wire":{"framing":"sse","ending":"complete"}}',
  )
})

test('what the body can not tell stands in wire, and only that', () => {
  const text =
    ': hello\r\n\r\ndata: {"a": 1}\r\n\r\nid: 7\r\ndata: {"a": 2}\r\n\r\ndata: {"a": 3 }\r\n\r\n'

  const response = writeAnswer(answerOf(Buffer.from(text), 'sse', 'cut'), chat)
  const wire = response.kind === 'object' ? response.members.at(-1)?.value : undefined

  expect(wire && printJson(wire)).toBe(
    '{"framing":"sse","ending":"cut","style":{"newline":"\\r\\n"},"json":{"colon":": "},"frames":[' +
      '{"before":0,"text":": hello\\r\\n\\r\\n"},' +
      '{"at":1,"id":"7"},' +
      '{"at":2,"json":{"colon":": ","fill":" "}}]}',
  )
})

test('a hand edit of an item wins over the exact text of its frame', () => {
  const text = 'data: {"a" :1}\n\ndata: {"a" :2}\n\ndata: [DONE]\n\n'
  const response = writeAnswer(answerOf(Buffer.from(text), 'sse'), chat)
  const edited = parseJson(printJson(response).replace('"__data__":{"a":1}', '"__data__":{"a":9}'))

  const answer = readAnswer(edited as JsonObject, chat)

  expect(bytesOf(answer)).toBe('data: {"a":9}\n\ndata: {"a" :2}\n\ndata: [DONE]\n\n')
})

test('joined, the reads of every cut are the body', () => {
  const text = 'data: {"a":1}\n\ndata: {"é":2}\n\ndata: [DONE]\n\n'
  const answer = answerOf(Buffer.from(text), 'sse')
  const edges = [
    { frames: 0, offset: 3, at: 1 },
    { frames: 1, offset: 9, at: 2 },
    { frames: 9, offset: 0, at: 3 },
  ]
  for (const option of ['recorded', 'frames', 'whole', { cut: 1 }, { cut: 7, seed: 3 }] as const) {
    const reads = [...cutReads(answer.frames, edges, option)]
    expect(Buffer.concat(reads.map(({ bytes }) => bytes)).toString()).toBe(text)
  }
  expect([...cutReads(answer.frames, edges, 'recorded')].map(({ bytes }) => bytes.length)).toEqual([
    3, 21, 7, 14,
  ])
  expect([...cutReads(answer.frames, [], 'frames')].map(({ bytes }) => bytes.length)).toEqual([
    15, 16, 14,
  ])
})
