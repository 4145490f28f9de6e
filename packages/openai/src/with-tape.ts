import type { Tape } from '@wiretape/core'
import { createTapeFetch, type Fetch, type TapeFetch } from '@wiretape/core/fetch'
import type { ClientOptions, OpenAI } from 'openai'
import { VERSION } from 'openai/version'
import { fetchesKey, withoutKeySource } from './client-key.ts'

/**
 * A client of the same class and with the same options whose requests go through the tape: `OpenAI`, `AzureOpenAI`,
 * `BedrockOpenAI` and their descendants. The client that was given stays as it was.
 *
 * A miss is thrown as the SDK's `NotFoundError` with the tape's message in it, once and without retries. In mode `replay`
 * functions that fetch a key are not called.
 *
 * @example
 * const client = withTape(new OpenAI(), createTape({ recordings: './recordings' }))
 *
 * @public
 */
export function withTape<Client extends OpenAI>(client: Client, tape: Tape): Client {
  // The fetch that a client was made with is private in the SDK's types (openai `client.ts`).
  const { fetch } = client as unknown as { readonly fetch: Fetch }
  const options: Partial<ClientOptions> = {
    ...azureOptions(client),
    ...(tape.mode === 'replay' ? withoutKeySource(client) : {}),
    fetch: fetchFor(tape, fetch),
  }
  return client.withOptions(options)
}

function fetchFor(tape: Tape, fetch: Fetch): TapeFetch {
  const tapeFetch = createTapeFetch(tape, { fetch, by: { openai: VERSION } })
  const chosen: Fetch = (input, init) => (fetchesKey(input) ? fetch : tapeFetch)(input, init)
  return Object.assign(chosen, { Response: tapeFetch.Response })
}

/** What `AzureOpenAI` takes out of its options before the SDK keeps them for clones (openai `azure.ts`, constructor). */
function azureOptions(client: OpenAI): { apiVersion?: string; deployment?: string } {
  const azure = client as { readonly apiVersion?: unknown; readonly deploymentName?: unknown }
  return {
    ...(typeof azure.apiVersion === 'string' ? { apiVersion: azure.apiVersion } : {}),
    ...(typeof azure.deploymentName === 'string' ? { deployment: azure.deploymentName } : {}),
  }
}
