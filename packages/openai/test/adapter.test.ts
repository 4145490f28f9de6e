import { describeAdapter } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { createClient } from './openai-client.test-fixture.ts'

const contract = describeAdapter({
  name: 'withTape of OpenAI',
  createClient,
  module: new URL('openai-client.test-fixture.ts', import.meta.url).href,
})

test('the OpenAI SDK can all that the contract asks for', () => {
  expect(contract).toEqual({
    has: [
      'abort-errors',
      'back-pressure',
      'broken-connections',
      'compression',
      'multipart',
      'read-edges',
      'redirects',
      'retries',
      'streamed-requests',
    ],
    lacks: {},
  })
})
