import { describeAdapter } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { createClient } from './fetch-client.test-fixture.ts'

const contract = describeAdapter({
  name: 'createTapeFetch',
  createClient,
  module: new URL('fetch-client.test-fixture.ts', import.meta.url).href,
  lacks: { retries: 'fetch asks once' },
})

test('a fetch can all that the contract asks for, but asks only once', () => {
  expect(contract).toEqual({
    has: [
      'abort-errors',
      'back-pressure',
      'broken-connections',
      'compression',
      'multipart',
      'read-edges',
      'redirects',
      'streamed-requests',
    ],
    lacks: { retries: 'fetch asks once' },
  })
})
