import type { Fetch } from '@wiretape/core/fetch'
import type { ClientOptions, OpenAI } from 'openai'

/** Where a workload's identity is exchanged for a key (openai `auth/workload-identity-auth.ts`). */
const TOKEN_EXCHANGE = 'https://auth.openai.com/oauth/token'

/** What the SDK keeps of a client's options; private in its types (openai `client.ts`, `bedrock.ts`). */
interface KeySources {
  readonly bedrockTokenProvider?: unknown
  readonly _options: Pick<ClientOptions, 'apiKey' | 'workloadIdentity'>
}

interface KeyOptions extends Partial<ClientOptions> {
  readonly bedrockTokenProvider?: () => Promise<string>
}

/** Options by which a client asks nobody for a key: a replay needs none, and opens no socket to get one. */
export function withoutKeySource(client: OpenAI): KeyOptions {
  const { bedrockTokenProvider, _options: options } = client as unknown as KeySources
  if (bedrockTokenProvider !== undefined) return { bedrockTokenProvider: unusedKey }
  if (options.workloadIdentity != null) return { apiKey: unusedKey, workloadIdentity: undefined }
  return typeof options.apiKey === 'function' ? { apiKey: unusedKey } : {}
}

async function unusedKey(): Promise<string> {
  return 'unused'
}

/** Whether the SDK is fetching a key for itself, which is neither recorded nor part of what a program asked. */
export function fetchesKey(input: Parameters<Fetch>[0]): boolean {
  return (input instanceof Request ? input.url : String(input)) === TOKEN_EXCHANGE
}
