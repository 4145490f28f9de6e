import { isDeepStrictEqual } from 'node:util'
import { isArray, isRecord, recordsOf, without } from './merge-delta.ts'

type Fields = Record<string, unknown>

/** The events of version 2. What they can't say otherwise (a list that is empty) stands in the last one. */
export function disassembleCohereV2(
  whole: Fields,
  assemble: (events: readonly unknown[]) => Fields,
): Fields[] {
  const said = eventsOfV2(whole)
  const heard = assemble(said)['message']
  const message = isRecord(whole['message']) ? whole['message'] : {}
  const unsaid = Object.entries(message).filter(([key, value]) => {
    return !isDeepStrictEqual(isRecord(heard) ? heard[key] : undefined, value)
  })
  if (unsaid.length === 0) return said
  const end = said.at(-1) ?? {}
  const delta = isRecord(end['delta']) ? end['delta'] : {}
  return [
    ...said.slice(0, -1),
    { ...end, delta: { message: Object.fromEntries(unsaid), ...delta } },
  ]
}

function eventsOfV2(whole: Fields): Fields[] {
  const message = isRecord(whole['message']) ? whole['message'] : {}
  const { tool_plan: plan, ...others } = without(message, ['content', 'tool_calls', 'citations'])
  const opened = { content: [], tool_plan: '', tool_calls: [], citations: [], ...others }
  const ending = ['finish_reason', 'usage', 'error']
  const end = Object.fromEntries(Object.entries(whole).filter(([key]) => ending.includes(key)))
  const start = without(whole, ['message', 'logprobs', ...ending])
  const logprobs = isArray(whole['logprobs']) ? whole['logprobs'] : []
  const events: Fields[] = [{ type: 'message-start', ...start, delta: { message: opened } }]
  if (plan !== undefined)
    events.push({ type: 'tool-plan-delta', delta: { message: { tool_plan: plan } } })
  events.push(...recordsOf(message['tool_calls']).flatMap(eventsOfCall))
  events.push(...recordsOf(message['content']).flatMap(eventsOfPart))
  const bearers = events.filter(({ type }) => type === 'content-delta')
  logprobs.forEach((logprob, at) => {
    const bearer = bearers[at]
    if (bearer === undefined) events.push({ type: 'content-delta', index: 0, logprobs: logprob })
    else bearer['logprobs'] = logprob
  })
  recordsOf(message['citations']).forEach((citations, index) => {
    events.push({ type: 'citation-start', index, delta: { message: { citations } } })
    events.push({ type: 'citation-end', index })
  })
  return [...events, { type: 'message-end', delta: end }]
}

function eventsOfPart(part: Fields, index: number): Fields[] {
  const field = ['text', 'thinking'].find((name) => typeof part[name] === 'string')
  const opened = field === undefined ? part : { ...part, [field]: '' }
  const delta = { message: { content: field === undefined ? {} : { [field]: part[field] } } }
  return [
    { type: 'content-start', index, delta: { message: { content: opened } } },
    ...(field === undefined ? [] : [{ type: 'content-delta', index, delta }]),
    { type: 'content-end', index },
  ]
}

function eventsOfCall(call: Fields, index: number): Fields[] {
  const tool = isRecord(call['function']) ? call['function'] : {}
  const { arguments: input } = tool
  const hasText = typeof input === 'string' && input !== ''
  const opened = hasText ? { ...call, function: { ...tool, arguments: '' } } : call
  const delta = { message: { tool_calls: { function: { arguments: input } } } }
  return [
    { type: 'tool-call-start', index, delta: { message: { tool_calls: opened } } },
    ...(hasText ? [{ type: 'tool-call-delta', index, delta }] : []),
    { type: 'tool-call-end', index },
  ]
}

/** The events of version 1, the last of which has the whole answer. */
export function disassembleCohereV1(whole: Fields): Fields[] {
  const event = (type: string, fields: Fields): Fields => ({
    is_finished: type === 'stream-end',
    event_type: type,
    ...fields,
  })
  const pick = (key: string): Fields => (key in whole ? { [key]: whole[key] } : {})
  const [generation] = recordsOf(whole['generations'])
  const { text } = generation ?? whole
  const events = [event('stream-start', pick('generation_id'))]
  if (typeof text === 'string' && text !== '') events.push(event('text-generation', { text }))
  for (const [key, type] of [
    ['citations', 'citation-generation'],
    ['tool_calls', 'tool-calls-generation'],
  ] as const) {
    if (isArray(whole[key]) && whole[key].length > 0) events.push(event(type, pick(key)))
  }
  const reason = pick('finish_reason')
  return [...events, event('stream-end', { ...reason, response: whole })]
}
