import type { Tape } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import type { AdapterAnswer, AdapterClient, AdapterRequest } from '@wiretape/testkit'
import { OpenAI } from 'openai'

/** The OpenAI SDK on a tape as a client of the contract. */
export function createClient(
  tape: Tape,
  url: string,
  { retries }: { readonly retries: number },
): AdapterClient {
  const options = { apiKey: 'sk-unused', baseURL: url, maxRetries: retries }
  const client = withTape(new OpenAI(options), tape)
  return { send: (request) => send(client, request) }
}

async function send(
  client: OpenAI,
  { method, path, headers, body, signal }: AdapterRequest,
): Promise<AdapterAnswer> {
  try {
    const response = await client
      .request({
        method: method.toLowerCase() as 'post',
        path,
        headers: { ...headers },
        body,
        signal,
      })
      .asResponse()
    return {
      status: response.status,
      headers: [...response.headers],
      body: response.body ?? nothing(),
    }
  } catch (error) {
    if (!(error instanceof OpenAI.APIError) || error.status === undefined) throw error
    // The SDK has read the answer; what it tells of it is the body's `error`.
    const text = JSON.stringify({ error: error.error as unknown })
    return { status: error.status, headers: [...(error.headers ?? [])], body: only(text) }
  }
}

async function* only(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
