import { anthropicMessagesAssembly } from './anthropic-messages-assembly.ts'
import { completionTexts } from './bedrock-completion-texts.ts'
import { bedrockNova } from './bedrock-nova-assembly.ts'
import { titanTexts } from './bedrock-titan-assembly.ts'
import { cohereAssembly } from './cohere-assembly.ts'
import type { Assembly } from './dialect.ts'
import { isRecord, restateField, without } from './merge-delta.ts'
import { openaiChatAssembly } from './openai-chat-assembly.ts'

type Fields = Record<string, unknown>

/** Whose chunks `InvokeModelWithResponseStream` wraps, told by their shape: a model's id says nothing about it. */
const PROVIDERS: readonly Assembly[] = [
  anthropicMessagesAssembly,
  bedrockNova,
  openaiChatAssembly,
  cohereAssembly,
  titanTexts,
  completionTexts,
]

/** Bedrock's own addition to a stream's last chunk; without streaming it stands in headers. */
const METRICS = 'amazon-bedrock-invocationMetrics'

/**
 * Chunks of InvokeModelWithResponseStream: the provider's object itself, as recordings have it, or with the bytes around
 * it, as the wire (`{ bytes: '<base64>' }`) and the AWS SDK (`{ chunk: { bytes } }`) do. Disassembles to the provider's.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
export const bedrockInvokeAssembly: Assembly = {
  isChunk: (value) => isWrapped(value) || providerOfChunk(unwrap(value)) !== undefined,
  textOf(value) {
    const inner = unwrap(value)
    const provider = providerOfChunk(inner) ?? providerOfWhole(inner)
    return provider?.textOf(withoutBedrock(inner)) ?? ''
  },
  assemble: assembleInvoke,
  isWhole: (value) => providerOfWhole(withoutBedrock(value)) !== undefined,
  disassemble: disassembleInvoke,
  chunkOf: ({ data }) => (isRecord(data) && isRecord(data['bytes']) ? data['bytes'] : data),
  itemOf: (chunk) => ({ type: 'wiretape.bedrock-invoke.chunk', data: { bytes: chunk } }),
}

function isWrapped(value: unknown): boolean {
  return bytesOf(value) !== undefined
}

function bytesOf(value: unknown): string | Uint8Array | undefined {
  if (!isRecord(value)) return undefined
  const { bytes } = isRecord(value['chunk']) ? value['chunk'] : value
  return typeof bytes === 'string' || bytes instanceof Uint8Array ? bytes : undefined
}

/** Undefined where the bytes are no JSON, which an agent's are not. */
function unwrap(value: unknown): unknown {
  const bytes = bytesOf(value)
  if (bytes === undefined) return value
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.from(bytes)
  try {
    return JSON.parse(buffer.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

function providerOfChunk(chunk: unknown): Assembly | undefined {
  const plain = withoutBedrock(chunk)
  return PROVIDERS.find((provider) => provider.isChunk(plain))
}

function providerOfWhole(whole: unknown): Assembly | undefined {
  return PROVIDERS.find((provider) => provider.isWhole(whole))
}

function isBedrockField(key: string): boolean {
  return key.startsWith('amazon-bedrock-')
}

function withoutBedrock(value: unknown): unknown {
  return isRecord(value) ? without(value, Object.keys(value).filter(isBedrockField)) : value
}

function assembleInvoke(chunks: readonly unknown[]): unknown {
  const inner = chunks.map(unwrap)
  const said: Fields = {}
  for (const chunk of inner) {
    for (const [key, value] of Object.entries(isRecord(chunk) ? chunk : {})) {
      if (isBedrockField(key) && key !== METRICS) restateField(said, key, value)
    }
  }
  const provider = inner.map(providerOfChunk).find((found) => found !== undefined)
  const whole = provider?.assemble(inner.map(withoutBedrock))
  return isRecord(whole) ? { ...whole, ...said } : said
}

function disassembleInvoke(whole: unknown): unknown[] {
  if (!isRecord(whole)) return []
  const plain = withoutBedrock(whole)
  const chunks = providerOfWhole(plain)?.disassemble(plain) ?? []
  const said = without(
    whole,
    Object.keys(whole).filter((key) => !isBedrockField(key)),
  )
  const last = chunks.at(-1)
  return isRecord(last) ? [...chunks.slice(0, -1), { ...last, ...said }] : chunks
}
