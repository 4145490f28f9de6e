import { expect, test } from 'vitest'
import { recogniseCall } from '../dialect/dialects.ts'
import { eventFrame } from '../dialect/eventstream.test-fixture.ts'
import { request } from '../dialect/exchange.test-fixture.ts'
import { framingOf } from '../framing/framings.ts'
import type { Frame, FramingName } from '../framing/framing.ts'
import type { Answer, ReadEdge } from '../recording/answer.ts'
import { fakeSecret } from '@wiretape/testkit'
import { redactAnswer } from './redact-answer.ts'
import { createRedactor } from './redactor.ts'

const token = fakeSecret('sk-', 48)
const redactor = createRedactor({}, new Map())
const chat = recogniseCall(
  request('POST', 'https://api.openai.com/v1/chat/completions', { model: 'm', messages: [] }),
)

function answerOf(
  framing: FramingName,
  frames: readonly Frame[],
  more: Partial<Answer> = {},
): Answer {
  return {
    status: 200,
    headers: [],
    framing,
    frames,
    reads: [],
    headAt: null,
    ending: 'complete',
    ...more,
  }
}

function split(framing: FramingName, text: string): Frame[] {
  const splitter = framingOf(framing).createSplitter()
  return [...splitter.push(Buffer.from(text)), ...splitter.end()]
}

function textOf({ frames }: Answer): string {
  return Buffer.concat(frames.map(({ bytes }) => bytes)).toString()
}

function stream(secret: string): string {
  return `: ping ${secret}\r\n\r\nevent: a\r\ndata: {"text": "${secret}", "n": 1.0}\r\n\r\ndata: [DONE]\r\n\r\ndata: {"a":"${secret}`
}

test('events keep their spelling, comments and what is cut off included', () => {
  const redacted = redactAnswer(answerOf('sse', split('sse', stream(token))), chat, redactor)

  expect(textOf(redacted)).toBe(stream('<openai-api-key>'))
})

test('an answer with nothing in it keeps its frames', () => {
  const frames = split('sse', 'data: {"text" : "a", "n": 1.0}\n\ndata: [DONE]\n\n')

  const redacted = redactAnswer(answerOf('sse', frames), chat, redactor)

  expect(redacted.frames.every((frame, index) => frame === frames[index])).toBe(true)
})

test('messages of an event stream have right lengths and checksums, text in headers too', () => {
  const call = recogniseCall(
    request('POST', 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream', {
      messages: [],
    }),
  )
  const framing = framingOf('eventstream')
  const odd = framing.encode({
    headers: [
      { name: ':event-type', type: 'string', value: 'contentBlockDelta' },
      { name: 'note', type: 'string', value: `is ${token}` },
    ],
    data: Buffer.from('{}'),
  })
  const frames = [
    eventFrame('contentBlockDelta', { delta: { text: token } }),
    { bytes: odd, whole: true },
  ]

  const redacted = redactAnswer(answerOf('eventstream', frames), call, redactor)

  const messages = redacted.frames.map((frame) => framing.decode(frame))
  expect(Buffer.from(messages[0]?.data ?? '').toString()).toBe(
    '{"delta":{"text":"<openai-api-key>"}}',
  )
  expect(messages[1]?.headers?.[1]?.value).toBe('is <openai-api-key>')
})

test("the base64 of Bedrock's InvokeModel is redacted within", () => {
  const call = recogniseCall(
    request(
      'POST',
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke-with-response-stream',
      {},
    ),
  )
  const chunk = { bytes: Buffer.from(`{"a": "${token}"}`).toString('base64'), p: 'abc' }

  const redacted = redactAnswer(
    answerOf('eventstream', [eventFrame('chunk', chunk)]),
    call,
    redactor,
  )

  const [frame] = redacted.frames
  const data = framingOf('eventstream').decode(frame as Frame)?.data ?? ''
  const { bytes } = JSON.parse(Buffer.from(data).toString()) as { bytes: string }
  expect(Buffer.from(bytes, 'base64').toString()).toMatch(
    /^\{"a": "<(openai-api-key|redacted)>"\}$/,
  )
})

test('edges of reads stay inside their frames', () => {
  const frames = split('sse', `data: {"text":"${token}"}\n\ndata: {}\n\n`)
  const reads: ReadEdge[] = [
    { frames: 0, offset: 60, at: 1 },
    { frames: 1, offset: 2, at: 2 },
    { frames: 2, offset: 0, at: 3 },
  ]

  const redacted = redactAnswer(answerOf('sse', frames, { reads }), chat, redactor)

  const [first] = redacted.frames
  expect(redacted.reads).toEqual([
    { frames: 0, offset: first?.bytes.length, at: 1 },
    { frames: 1, offset: 2, at: 2 },
    { frames: 2, offset: 0, at: 3 },
  ])
})

test('a form that gives out tokens is redacted by its names', () => {
  const headers: Answer['headers'] = [['content-type', 'application/x-www-form-urlencoded']]
  const form = split('text', 'access_token=hunter2&scope=all')

  const redacted = redactAnswer(answerOf('text', form, { headers }), chat, redactor)

  expect(textOf(redacted)).toBe('access_token=%3Caccess_token%3E&scope=all')
})

test('headers, errors, lines, documents and plain text', () => {
  const error = { name: 'TypeError', code: null, message: `bad key ${token}` }
  const headers: Answer['headers'] = [['location', `https://x.test/?access_token=${token}`]]

  const redacted = redactAnswer(
    answerOf('text', split('text', `no ${token}`), { error, headers }),
    chat,
    redactor,
  )

  expect(redacted.error?.message).toBe('bad key <openai-api-key>')
  expect(redacted.headers).toEqual([['location', 'https://x.test/?access_token=<openai-api-key>']])
  expect(textOf(redacted)).toBe('no <openai-api-key>')
  expect(
    textOf(
      redactAnswer(
        answerOf('ndjson', split('ndjson', `{"a":"${token}"}\n{"b":1}\n`)),
        chat,
        redactor,
      ),
    ),
  ).toBe('{"a":"<openai-api-key>"}\n{"b":1}\n')
  expect(
    textOf(
      redactAnswer(answerOf('json', split('json', `{\n  "api_key": "x"\n}\n`)), chat, redactor),
    ),
  ).toBe('{\n  "api_key": "<api_key>"\n}\n')
})
