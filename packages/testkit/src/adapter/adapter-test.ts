import type { AdapterBench } from './adapter-bench.ts'
import type { AdapterCapability, AdapterRequest } from './adapter-client.ts'

/** One sentence of the contract. */
export interface AdapterTest {
  readonly title: string
  /** What the client must be able to do for this to hold. */
  readonly needs?: AdapterCapability | undefined
  readonly run: (bench: AdapterBench) => Promise<void>
}

const question = { role: 'user', content: 'What is the Latin name of the Sun?' }

/** A request for a whole chat answer. */
export function askWhole(overrides: Partial<AdapterRequest> = {}): AdapterRequest {
  return ask({ model: 'gpt-test', messages: [question] }, overrides)
}

/** A request for a streamed chat answer. */
export function askStream(overrides: Partial<AdapterRequest> = {}): AdapterRequest {
  return ask({ model: 'gpt-test', messages: [question], stream: true }, overrides)
}

function ask(body: unknown, overrides: Partial<AdapterRequest>): AdapterRequest {
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...overrides,
  }
}
