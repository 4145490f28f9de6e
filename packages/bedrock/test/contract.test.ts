import { describeAdapter, type Lacking, startScriptedBedrock } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { createClient as createHttp1Client } from './http1-handler-client.ts'
import { createClient as createHttp2Client } from './http2-handler-client.ts'
import { createClient as createSdkClient } from './sdk-client.ts'

const url = (name: string): string => new URL(name, import.meta.url).href

/** What no client of AWS does. */
const AWS: Lacking = {
  compression: 'the SDK asks for none and undoes none',
  redirects: 'the SDK follows none',
}

const RETRIES = 'they are the client’s, not its handler’s'

/** So does the SDK. */
const HTTP2: Lacking = {
  'abort-errors': 'Node ends a stream of HTTP/2 without an error when it is aborted',
  'broken-connections':
    'Node ends a stream of HTTP/2 without an error when its connection goes away',
}

const sdk = describeAdapter({
  name: 'withTape of a Bedrock client, over HTTP/2 and TLS',
  createClient: createSdkClient,
  module: url('./sdk-client.ts'),
  startProvider: startScriptedBedrock,
  lacks: { ...AWS, ...HTTP2 },
})

const http2 = describeAdapter({
  name: 'createTapeHandler over HTTP/2 and TLS',
  createClient: createHttp2Client,
  module: url('./http2-handler-client.ts'),
  startProvider: startScriptedBedrock,
  lacks: { ...AWS, ...HTTP2, retries: RETRIES },
})

const http1 = describeAdapter({
  name: 'createTapeHandler over HTTP/1.1',
  createClient: createHttp1Client,
  module: url('./http1-handler-client.ts'),
  lacks: { ...AWS, retries: RETRIES },
})

test('what the SDK does by nature is all that is lacking', () => {
  const everywhere = ['back-pressure', 'multipart', 'read-edges', 'streamed-requests']

  expect(sdk.has).toEqual([...everywhere, 'retries'].toSorted())
  expect(http2.has).toEqual(everywhere)
  expect(http1.has).toEqual([...everywhere, 'abort-errors', 'broken-connections'].toSorted())
})
