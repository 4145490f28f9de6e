import type { ShapeName } from '../request/placeholders.ts'
import { isTokenLike } from '../request/token-like.ts'

/** A token that is known by how it begins. */
interface TokenShape {
  readonly name: ShapeName
  /** Looked at where a run of letters, digits, `_` and `-` begins so. */
  readonly prefix: string
  /** Sticky, from the prefix on; every repetition is bounded. */
  readonly pattern: RegExp
  readonly check?: (token: string) => boolean
}

/** Real ones are a little longer than the least that is asked for. */
const SHAPES: readonly TokenShape[] = [
  shape('anthropic-api-key', ['sk-ant-', '[\\w-]{20,512}']),
  shape('openrouter-api-key', ['sk-or-', '[\\w-]{20,512}']),
  shape('openai-api-key', ['sk-proj-', '[\\w-]{20,512}']),
  shape('openai-api-key', ['sk-svcacct-', '[\\w-]{20,512}']),
  shape('openai-api-key', ['sk-', '[\\w-]{20,512}'], isTokenLike),
  shape('stripe-api-key', ['sk_live_', '[A-Za-z0-9]{16,256}']),
  shape('stripe-api-key', ['sk_test_', '[A-Za-z0-9]{16,256}']),
  shape('stripe-api-key', ['rk_live_', '[A-Za-z0-9]{16,256}']),
  shape('aws-access-key-id', ['AKIA', '[A-Z0-9]{16}(?![A-Za-z0-9])']),
  shape('aws-access-key-id', ['ASIA', '[A-Z0-9]{16}(?![A-Za-z0-9])']),
  shape('google-api-key', ['AIza', '[\\w-]{35}(?![\\w-])']),
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) =>
    shape('github-token', [prefix, '[A-Za-z0-9]{30,255}'], isTokenLike),
  ),
  shape('github-token', ['github_pat_', '\\w{40,255}']),
  shape('gitlab-token', ['glpat-', '[\\w-]{20,255}'], isTokenLike),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xapp-'].map((prefix) =>
    shape('slack-token', [prefix, '[A-Za-z0-9-]{16,255}'], (token) => /\d{4}/.test(token)),
  ),
  shape('huggingface-token', ['hf_', '[A-Za-z0-9]{30,64}'], hasCapitals),
  shape('groq-api-key', ['gsk_', '[A-Za-z0-9]{32,80}'], isTokenLike),
  shape('xai-api-key', ['xai-', '[A-Za-z0-9]{40,128}'], isTokenLike),
  shape('replicate-token', ['r8_', '[A-Za-z0-9]{32,64}'], isTokenLike),
  shape('tavily-api-key', ['tvly-', '[A-Za-z0-9-]{20,80}'], isTokenLike),
  shape('nvidia-api-key', ['nvapi-', '[\\w-]{40,128}'], isTokenLike),
  shape('perplexity-api-key', ['pplx-', '[A-Za-z0-9]{40,80}'], isTokenLike),
  shape('langsmith-api-key', ['lsv2_', '(?:pt|sk)_\\w{32,80}'], isTokenLike),
  shape('pinecone-api-key', ['pcsk_', '\\w{40,128}'], isTokenLike),
  shape('npm-token', ['npm_', '[A-Za-z0-9]{36}(?![A-Za-z0-9])'], isTokenLike),
  shape('pypi-token', ['pypi-', '[\\w-]{50,512}'], isTokenLike),
  shape('openai-ephemeral-key', ['ek_', '[A-Za-z0-9]{24,128}'], isTokenLike),
  shape('bedrock-api-key', ['ABSK', '[A-Za-z0-9+/]{60,512}={0,2}']),
  shape('bedrock-api-key', ['bedrock-api-key-', '[A-Za-z0-9+/]{40,4096}={0,2}']),
  shape('jwt', ['eyJ', '[\\w-]{8,4096}(?:\\.[\\w-]{4,8192}){1,4}'], isWebToken),
]

const byStart = new Map<number, TokenShape[]>()
for (const one of SHAPES) {
  const start = startOf(one.prefix, 0)
  byStart.set(start, [...(byStart.get(start) ?? []), one])
}

function shape(
  name: ShapeName,
  [prefix, rest]: readonly [prefix: string, rest: string],
  check?: (token: string) => boolean,
): TokenShape {
  return { name, prefix, pattern: new RegExp(prefix + rest, 'y'), ...(check && { check }) }
}

/** The token that begins here, of the first shape that fits. */
export function tokenAt(
  text: string,
  start: number,
): { readonly name: ShapeName; readonly end: number } | undefined {
  for (const { name, prefix, pattern, check } of byStart.get(startOf(text, start)) ?? []) {
    if (!text.startsWith(prefix, start)) continue
    pattern.lastIndex = start
    const [token] = pattern.exec(text) ?? []
    if (token !== undefined && check?.(token) !== false) return { name, end: start + token.length }
  }
  return undefined
}

function startOf(text: string, at: number): number {
  return text.charCodeAt(at) * 128 + text.charCodeAt(at + 1)
}

function hasCapitals(token: string): boolean {
  return /[A-Z]/.test(token.slice(3)) && /[a-z]/.test(token.slice(3))
}

/** A JSON Web Token by its header (RFC 7515, 7516): any other JSON in base64 begins alike. */
function isWebToken(token: string): boolean {
  const [header = ''] = token.split('.', 1)
  return /"(?:alg|enc|typ)"\s*:/.test(Buffer.from(header, 'base64url').toString('latin1'))
}
