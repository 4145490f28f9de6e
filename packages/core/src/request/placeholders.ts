import { mapStrings } from '../json/map-strings.ts'
import {
  isCredentialName,
  isCredentialParameter,
  isSecretVariable,
  isTokenName,
} from './credential-names.ts'
import type { RequestView } from './request-view.ts'

/** What every placeholder counts as. */
export const REDACTED = '<redacted>'

/** Names of placeholders for what is known by its shape; all others are the name of a field or of a variable. */
const SHAPE_NAMES = [
  'anthropic-api-key',
  'aws-access-key-id',
  'aws-account-id',
  'aws-signature',
  'basic-credentials',
  'bearer-token',
  'bedrock-api-key',
  'email-address',
  'github-token',
  'gitlab-token',
  'google-api-key',
  'google-oauth-token',
  'groq-api-key',
  'huggingface-token',
  'jwt',
  'langsmith-api-key',
  'npm-token',
  'nvidia-api-key',
  'openai-api-key',
  'openai-ephemeral-key',
  'openrouter-api-key',
  'perplexity-api-key',
  'phone-number',
  'pinecone-api-key',
  'private-key',
  'pypi-token',
  'redacted',
  'replicate-token',
  'sendgrid-api-key',
  'slack-token',
  'stripe-api-key',
  'tavily-api-key',
  'userinfo',
  'xai-api-key',
] as const

export type ShapeName = (typeof SHAPE_NAMES)[number]

const SHAPES: ReadonlySet<string> = new Set(SHAPE_NAMES)
const NAME = '[A-Za-z_][A-Za-z0-9_.-]{0,63}'
const PLACEHOLDER = new RegExp(`<(${NAME})>|%3C(${NAME})%3E`, 'gi')
const WHOLE_NAME = new RegExp(`^${NAME}$`)

/** The placeholder for what was called so; a name that would not be known again is left out. */
export function placeholderFor(name: string): string {
  return WHOLE_NAME.test(name) && isPlaceholderName(name) ? `<${name}>` : '<secret>'
}

function isPlaceholderName(name: string): boolean {
  return (
    SHAPES.has(name) ||
    isCredentialName(name) ||
    isTokenName(name) ||
    isCredentialParameter(name) ||
    isSecretVariable(name)
  )
}

/** The text with one constant for every placeholder: no key depends on what a machine calls a secret. */
export function withConstants(text: string): string {
  if (!text.includes('<') && !/%3c/i.test(text)) return text
  return text.replace(PLACEHOLDER, (whole, plain?: string, encoded?: string) => {
    if (!isPlaceholderName(plain ?? encoded ?? '')) return whole
    return plain === undefined ? encodeURIComponent(REDACTED) : REDACTED
  })
}

/** The request with one constant for every placeholder, as keys count it. */
export function withConstantPlaceholders(request: RequestView): RequestView {
  const href = withConstants(request.url.href)
  const json = request.json === undefined ? undefined : mapStrings(request.json, withConstants)
  const bytes = request.json === undefined ? constantBytes(request.bytes) : request.bytes
  if (href === request.url.href && json === request.json && bytes === request.bytes) return request
  return { ...request, url: new URL(href), json, bytes }
}

/** Byte for character, so that bytes which are no text stay. */
function constantBytes(bytes: Uint8Array | null): Uint8Array | null {
  if (bytes === null) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const constant = withConstants(text)
  return constant === text ? bytes : Buffer.from(constant, 'latin1')
}
