import { NodeHttpHandler } from '@smithy/node-http-handler'
import { createTapeHandler } from '@wiretape/bedrock'
import type { Tape } from '@wiretape/core'
import type { AdapterClient } from '@wiretape/testkit'
import { handlerClient } from './smithy-client.ts'

/** A tape's handler around the SDK's own for HTTP/1.1, as a client of the adapters' contract. */
export function createClient(tape: Tape, url: string): AdapterClient {
  return handlerClient(createTapeHandler(tape, { requestHandler: new NodeHttpHandler() }), url)
}
