import { expect, test } from 'vitest'
import { fromValue } from '../json/value.ts'
import { chatRecording } from '../store/chat-recording.test-fixture.ts'
import { createRequestLines, type LineDifference } from './request-lines.ts'

const MESSAGES = ['first', 'second'].map((name) => ({
  role: 'user',
  content: `The ${name} message, which is too long for one line with its role beside it.`,
}))

function recordingOf(messages: unknown, more: object = {}): Uint8Array {
  const request = { method: 'POST', body: { model: 'm', messages, ...more } }
  return Buffer.from(JSON.stringify({ request, response: { status: 200 } }, undefined, 2))
}

function compare(file: Uint8Array, asked: unknown = MESSAGES): LineDifference {
  const request = fromValue({ method: 'POST', body: { model: 'm', messages: asked } })
  return createRequestLines(request).compare(file)
}

test('a recording of the same request has the same lines, whatever its answer', () => {
  expect(compare(recordingOf(MESSAGES))).toEqual({ count: 0, recorded: '', asked: '' })
})

test('a value that differs is a line on each side', () => {
  const [first, second] = MESSAGES

  expect(compare(recordingOf([first, { ...second, content: 'Grüße' }]))).toEqual({
    count: 2,
    recorded: '          "content": "Grüße"',
    asked: `          "content": ${JSON.stringify(second?.content)}`,
  })
})

test('a member put behind the last is one line: a comma says nothing', () => {
  expect(compare(recordingOf(MESSAGES, { temperature: 0.5 }))).toMatchObject({
    count: 1,
    recorded: '      "temperature": 0.5',
  })
})

test('messages that were never said are counted, on either side', () => {
  const [first] = MESSAGES

  expect(compare(recordingOf([first])).count).toBe(1)
  expect(compare(recordingOf(MESSAGES), [first]).count).toBeGreaterThan(0)
})

test('a file in another spelling differs, and is no error', () => {
  const file = Buffer.from(chatRecording('q', 'a', { version: 1 }))

  expect(compare(file).count).toBeGreaterThan(0)
  expect(compare(Buffer.from([0xff, 0xfe, 0x0a])).count).toBeGreaterThan(0)
  expect(compare(Buffer.alloc(0)).count).toBeGreaterThan(0)
})

test('one request is compared with many files, one after the other', () => {
  const lines = createRequestLines(fromValue({ method: 'POST', body: { messages: MESSAGES } }))
  const file = recordingOf(MESSAGES)

  expect(lines.compare(file)).toEqual(lines.compare(file))
})
