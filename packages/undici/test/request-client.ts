import type { Tape } from '@wiretape/core'
import type { AdapterClient, AdapterClientOptions } from '@wiretape/testkit'
import { createTapeDispatcher } from '@wiretape/undici'
import { Agent, interceptors, request } from 'undici'

/** `undici.request` through a tape's dispatcher, over HTTP/2 where there is TLS, as a client of the adapters' contract. */
export function createClient(
  tape: Tape,
  url: string,
  { retries, certificate: ca }: AdapterClientOptions,
): AdapterClient {
  const agent = new Agent(ca === undefined ? {} : { allowH2: true, connect: { ca } })
  const taped = createTapeDispatcher(tape, { dispatcher: agent })
  const retry = interceptors.retry({
    maxRetries: retries,
    minTimeout: 1,
    methods: ['POST'],
    statusCodes: [429, 503],
    throwOnError: false,
  })
  const dispatcher = taped.compose(interceptors.redirect({ maxRedirections: 3 }), retry)
  return {
    send: async ({ method, path, headers, body, signal }) => {
      const answer = await request(url + path, {
        dispatcher,
        method,
        headers,
        body: body as never,
        signal: signal ?? null,
      })
      return {
        status: answer.statusCode,
        headers: Object.entries(answer.headers).flatMap(([name, value]) =>
          [value ?? []].flat().map((one) => [name, one] as const),
        ),
        body: answer.body,
      }
    },
    // Closes when what it is still fetching has ended.
    close: () => {
      if (!agent.closed) void agent.close()
    },
  }
}
