import { NodeHttp2Handler } from '@smithy/node-http-handler'
import { createTapeHandler } from '@wiretape/bedrock'
import type { Tape } from '@wiretape/core'
import type { AdapterClient, AdapterClientOptions } from '@wiretape/testkit'
import { handlerClient } from './smithy-client.ts'

/** A tape's handler around the SDK's own for HTTP/2, as a client of the adapters' contract. */
export function createClient(
  tape: Tape,
  url: string,
  { certificate: ca }: AdapterClientOptions,
): AdapterClient {
  const requestHandler = new NodeHttp2Handler({
    disableConcurrentStreams: true,
    nodeHttp2ConnectOptions: { ca },
  })
  return handlerClient(createTapeHandler(tape, { requestHandler }), url)
}
