import type { Ids } from '../fixtures/ids.ts'
import { bedrockEvent } from './event-message.ts'

/** @public */
export interface ConverseOptions {
  readonly ids: Ids
  /** @defaultValue one text, none where a tool is called */
  readonly text?: readonly string[] | undefined
  /** A call of a tool: its name, and its input in pieces of JSON. */
  readonly tool?: { readonly name: string; readonly input: readonly string[] } | undefined
}

/** The messages of a ConverseStream answer, with Bedrock's padding `p`. @public */
export function converseEvents({ ids, tool, text }: ConverseOptions): Buffer[] {
  const texts = text ?? (tool === undefined ? ['Sol.'] : [])
  const events: [type: string, payload: object][] = [['messageStart', { role: 'assistant' }]]
  for (const part of texts)
    events.push(['contentBlockDelta', { contentBlockIndex: 0, delta: { text: part } }])
  events.push(['contentBlockStop', { contentBlockIndex: 0 }])
  if (tool !== undefined) events.push(...toolEvents(tool, ids))
  events.push(
    ['messageStop', { stopReason: tool === undefined ? 'end_turn' : 'tool_use' }],
    [
      'metadata',
      {
        usage: { inputTokens: 12, outputTokens: 7, totalTokens: 19 },
        metrics: { latencyMs: 300 + texts.join('').length },
      },
    ],
  )
  return events.map(([type, payload]) => bedrockEvent(type, { ...payload, p: ids.padding() }))
}

function toolEvents(
  { name, input }: NonNullable<ConverseOptions['tool']>,
  ids: Ids,
): [string, object][] {
  const start = { toolUse: { toolUseId: toolUseId(ids), name } }
  return [
    ['contentBlockStart', { contentBlockIndex: 1, start }],
    ...input.map((part): [string, object] => [
      'contentBlockDelta',
      { contentBlockIndex: 1, delta: { toolUse: { input: part } } },
    ]),
    ['contentBlockStop', { contentBlockIndex: 1 }],
  ]
}

/** What Converse answers without streaming. @public */
export function converseAnswer({ ids, tool, text }: ConverseOptions): object {
  const content: object[] = [{ text: text?.join('') ?? 'Sol.' }]
  if (tool !== undefined)
    content.push({
      toolUse: {
        toolUseId: toolUseId(ids),
        name: tool.name,
        input: JSON.parse(tool.input.join('')) as unknown,
      },
    })
  return {
    metrics: { latencyMs: 321 },
    output: { message: { content, role: 'assistant' } },
    stopReason: tool === undefined ? 'end_turn' : 'tool_use',
    usage: { inputTokens: 12, outputTokens: 7, totalTokens: 19 },
  }
}

function toolUseId(ids: Ids): string {
  return ids.mint('tooluse_', 22)
}
