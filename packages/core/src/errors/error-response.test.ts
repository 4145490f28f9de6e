import { expect, test } from 'vitest'
import { errorResponse } from './error-response.ts'
import { WiretapeError } from './wiretape-error.ts'

const error = new WiretapeError('WT_RECORDING_NOT_FOUND', {
  message: 'no "recording"',
  hint: 'record it',
  details: { dialect: 'openai-chat' },
})

test('an error is a 404 that no SDK retries, with code and message in its body', () => {
  const response = errorResponse(error)

  expect(response).toEqual({
    status: 404,
    headers: [
      ['content-type', 'application/json'],
      ['x-should-retry', 'false'],
      ['x-wiretape-error', 'WT_RECORDING_NOT_FOUND'],
    ],
    body: String.raw`{"error":{"message":"WT_RECORDING_NOT_FOUND: no \"recording\"\n→ record it","type":"wiretape_error","param":null,"code":"WT_RECORDING_NOT_FOUND"},"message":"WT_RECORDING_NOT_FOUND: no \"recording\"\n→ record it"}`,
  })
})

test('an unknown dialect, or none, says it in OpenAI’s shape', () => {
  const bare = new WiretapeError('WT_TAPE_CLOSED', { message: 'closed', hint: 'open' })

  expect(JSON.parse(errorResponse(error, 'nobody').body)).toHaveProperty(
    'error.code',
    'WT_RECORDING_NOT_FOUND',
  )
  expect(JSON.parse(errorResponse(bare).body)).toEqual({
    error: {
      message: 'WT_TAPE_CLOSED: closed\n→ open',
      type: 'wiretape_error',
      param: null,
      code: 'WT_TAPE_CLOSED',
    },
    message: 'WT_TAPE_CLOSED: closed\n→ open',
  })
})
