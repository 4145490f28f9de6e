import { describeAdapter } from '../../testkit/src/describe-adapter.ts'
import { expect, test } from 'vitest'
import * as fetchClient from './fetch-client.ts'
import * as requestClient from './request-client.ts'

const url = (name: string): string => new URL(name, import.meta.url).href

const byFetch = describeAdapter({
  name: 'fetch with a dispatcher',
  createClient: fetchClient.createClient,
  module: url('./fetch-client.ts'),
  lacks: ['retries'],
})

const byRequest = describeAdapter({
  name: 'undici.request',
  createClient: requestClient.createClient,
  module: url('./request-client.ts'),
})

test('what these clients lack is no fault of the adapter', () => {
  expect(byFetch.lacks).toEqual(['retries'])
  expect(byRequest.lacks).toEqual([])
})
