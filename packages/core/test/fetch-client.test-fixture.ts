import type { Tape } from '@wiretape/core'
import { createTapeFetch } from '@wiretape/core/fetch'
import type { AdapterClient, AdapterRequest } from '@wiretape/testkit'

/** A tape's fetch as a client of the contract. */
export function createClient(tape: Tape, url: string): AdapterClient {
  const tapeFetch = createTapeFetch(tape)
  return {
    send: async (request) => {
      const { status, headers, body } = await tapeFetch(url + request.path, initOf(request))
      return { status, headers: [...headers], body: body ?? nothing() }
    },
  }
}

function initOf({ method, headers, body, signal }: AdapterRequest): RequestInit {
  const isStream = typeof body === 'object' && Symbol.asyncIterator in body
  const init = { method, headers: { ...headers }, signal: signal ?? null }
  if (body === undefined) return init
  // Node's types know neither `duplex` nor that fetch takes any view of bytes.
  return { ...init, body: isStream ? streamOf(body) : body, duplex: 'half' } as RequestInit
}

function streamOf(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  })
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
