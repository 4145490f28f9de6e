/** Hosts whose provider is known; a region, an account or a resource name in a host is no part of it. */
const PROVIDERS: readonly (readonly [host: RegExp, provider: string])[] = [
  [/^api\.openai\.com$|\.api\.openai\.com$/, 'openai'],
  [/\.openai\.azure\.com$|\.cognitiveservices\.azure\.com$|\.services\.ai\.azure\.com$/, 'azure'],
  [
    /^bedrock-(runtime|agent-runtime|mantle)(-fips)?\.[a-z0-9_-]+\.(amazonaws\.com(\.cn)?|api\.aws)$/,
    'bedrock',
  ],
  [/^api\.anthropic\.com$/, 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/^([a-z0-9-]+-)?aiplatform(\.[a-z0-9-]+\.rep)?\.googleapis\.com$/, 'vertex'],
  [/^api\.cohere\.(com|ai)$/, 'cohere'],
  [/^api\.mistral\.ai$/, 'mistral'],
  [/^api\.groq\.com$/, 'groq'],
  [/^openrouter\.ai$/, 'openrouter'],
  [/^ollama\.com$/, 'ollama'],
]

/**
 * Who answers at this host. A host that nobody knows is itself; loopback is whoever the dialect usually speaks to, since a
 * local stand-in must not change a key.
 */
export function providerOf(url: URL, defaultProvider: string | null): string {
  const host = url.hostname.toLowerCase()
  if (isLoopback(host) && defaultProvider !== null) return defaultProvider
  for (const [pattern, provider] of PROVIDERS) if (pattern.test(host)) return provider
  return defaultProvider === null ? url.host : host
}

export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    host === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(host)
  )
}
