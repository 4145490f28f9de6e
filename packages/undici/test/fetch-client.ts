import { type Tape, WiretapeError } from '@wiretape/core'
import type { AdapterClient } from '@wiretape/testkit'
import { createTapeDispatcher } from '@wiretape/undici'
import { Agent } from 'undici'

/** Node's own fetch with a tape's dispatcher, as a client of the adapters' contract. */
export function createClient(tape: Tape, url: string): AdapterClient {
  const agent = new Agent()
  const dispatcher = createTapeDispatcher(tape, { dispatcher: agent })
  return {
    send: async ({ path, body, ...init }) => {
      const response = await fetch(url + path, {
        ...init,
        body: body as BodyInit,
        duplex: 'half',
        dispatcher,
      } as RequestInit)
      return {
        status: response.status,
        headers: [...response.headers],
        body: readsOf(response.body),
      }
    },
    // Closes when what it is still fetching has ended.
    close: () => {
      if (!agent.closed) void agent.close()
    },
  }
}

/** Fetch says every failure of a body as `TypeError: terminated`, with the reason as its cause. */
async function* readsOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? []
  } catch (error) {
    const { cause } = error as Error
    throw WiretapeError.is(cause) ? cause : error
  }
}
