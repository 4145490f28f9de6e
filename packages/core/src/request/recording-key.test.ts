import { expect, test } from 'vitest'
import { parseRecording } from '../recording/parse-recording.ts'
import { requestKey } from './recording-key.ts'

const request = {
  method: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  headers: {},
  body: { model: 'm', messages: [] },
  endpoint: '/v1/chat/completions',
  model: 'm',
}
const recording = parseRecording(
  JSON.stringify({ version: 1, test_id: 'a', request, response: { status: 200, body: null } }),
)

test('a recording has the key of the request that it holds, whoever’s test it was', () => {
  const { method, url, body } = request

  const key = requestKey(recording)

  expect(key).toEqual(requestKey({ method, url, body: JSON.stringify(body) }))
  expect(key).toMatchObject({
    rule: 'wiretape/1',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
})

test('a test belongs to the key where it is given', () => {
  expect(requestKey(recording, { testId: 'a' }).hash).not.toBe(requestKey(recording).hash)
  expect(requestKey(recording, { testId: null }).hash).toBe(requestKey(recording).hash)
})

test('under rule ogx the recording’s own test belongs to the key, unless another is given', () => {
  const own = requestKey(recording, { rule: 'ogx' })

  expect(own).toEqual(requestKey(recording, { rule: 'ogx', testId: 'a' }))
  expect(own.hash).not.toBe(requestKey(recording, { rule: 'ogx', testId: null }).hash)
})

test('an edit of a recording changes its key', () => {
  const edited = {
    ...recording,
    request: { ...recording.request, body: { model: 'm', messages: [1] } },
  }

  expect(requestKey(edited).hash).not.toBe(requestKey(recording).hash)
})

test('an unknown rule is refused', () => {
  expect(() => requestKey(recording, { rule: 'wiretape/9' as 'ogx' })).toThrow(
    "WT_OPTION_INVALID: requestKey: rule takes 'wiretape/1' or 'ogx', got \"wiretape/9\"\n→ correct rule",
  )
})

test('a recording of no HTTP request has no key', () => {
  const tool = parseRecording('{"version":1,"request":{},"response":{"body":null}}')

  expect(() => requestKey(tool)).toThrow(
    "WT_OPTION_INVALID: requestKey: rule 'wiretape/1' gives such a request no key\n→ give a request over HTTP",
  )
})

test('a request that was recorded without a body has the key of one without a body', () => {
  const url = 'https://api.openai.com/v1/files'
  const bodiless = parseRecording(
    JSON.stringify({
      version: 1,
      request: { method: 'GET', url, headers: {}, body: null },
      response: { status: 200, body: null },
    }),
  )

  expect(requestKey(bodiless)).toEqual(requestKey({ method: 'GET', url }))
})
