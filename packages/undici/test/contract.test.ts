import { describeAdapter, startScriptedBedrock } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import * as fetchClient from './fetch-client.ts'
import * as requestClient from './request-client.ts'

const url = (name: string): string => new URL(name, import.meta.url).href

const byFetch = describeAdapter({
  name: 'fetch with a dispatcher',
  createClient: fetchClient.createClient,
  module: url('./fetch-client.ts'),
  lacks: { retries: 'fetch asks once' },
})

const byRequest = describeAdapter({
  name: 'undici.request',
  createClient: requestClient.createClient,
  module: url('./request-client.ts'),
})

const byHttp2 = describeAdapter({
  name: 'undici.request over HTTP/2 and TLS',
  createClient: requestClient.createClient,
  module: url('./request-client.ts'),
  startProvider: startScriptedBedrock,
})

test('what fetch lacks by nature is all that is lacking', () => {
  expect(Object.keys(byFetch.lacks)).toEqual(['retries'])
  expect(byRequest.lacks).toEqual({})
  expect(byHttp2.lacks).toEqual({})
})
