import type { Store } from '../store/store.ts'
import { chatBody } from '../tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../tape/tape.ts'
import type { Fetch } from './tape-fetch.ts'

export const CHAT = 'https://api.openai.com/v1/chat/completions'

/** What a fetch was asked to send. */
export interface Sent {
  readonly url: string
  readonly method: string | undefined
  readonly headers: Record<string, string>
  readonly text: string
  readonly init: RequestInit | undefined
}

/** A fetch that answers each request by a function, and keeps what it was given. */
export function fetchWith(answer: () => Response): { fetch: Fetch; sent: Sent[] } {
  const sent: Sent[] = []
  const fetch: Fetch = async (input, init) => {
    const { body } = init ?? {}
    const text =
      body === null || body === undefined ? '' : Buffer.from(body as Uint8Array).toString()
    const headers = Object.fromEntries(new Headers(init?.headers))
    sent.push({ url: new Request(input).url, method: init?.method, headers, text, init })
    return answer()
  }
  return { fetch, sent }
}

export function answerJson(): Response {
  return Response.json({ id: 'x' })
}

/** A fetch that answers a chat request by this body. */
export function streaming(body: ReadableStream<Uint8Array> | string): Fetch {
  return async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

export function recordTo(store: Store): Tape {
  return createTape({ mode: 'record', recordings: store })
}

export function askChat(fetch: Fetch, init: RequestInit = {}): Promise<Response> {
  return fetch(CHAT, { method: 'POST', body: chatBody('q'), ...init })
}
