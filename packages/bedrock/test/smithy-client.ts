import { Readable } from 'node:stream'
import { HttpRequest } from '@smithy/core/protocols'
import type { SmithyHandler, SmithyResponse } from '@wiretape/bedrock'
import type { AdapterAnswer, AdapterClient, AdapterRequest } from '@wiretape/testkit'

/** A bare `requestHandler` as a client of the adapters' contract: it neither retries nor signs. */
export function handlerClient(handler: SmithyHandler, url: string): AdapterClient {
  return {
    send: async (request) => {
      const { signal: abortSignal } = request
      const { response } = await handler.handle(smithyRequestOf(request, url), { abortSignal })
      return adapterAnswerOf(response)
    },
    close: () => handler.destroy?.(),
  }
}

/** A request of the contract in Smithy's words. */
export function smithyRequestOf(request: AdapterRequest, url: string): HttpRequest {
  const { protocol, hostname, port, pathname, searchParams } = new URL(url + request.path)
  const { method, headers, body } = request
  return new HttpRequest({
    method,
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { ...headers },
    body: isStreamed(body) ? Readable.from(body) : body,
  })
}

export function adapterAnswerOf({ statusCode, headers, body }: SmithyResponse): AdapterAnswer {
  return {
    status: statusCode,
    headers: Object.entries(headers),
    body: body as AsyncIterable<Uint8Array>,
  }
}

function isStreamed(body: AdapterRequest['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body
}
