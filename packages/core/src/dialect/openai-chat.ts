import { number } from '../json/access.ts'
import { REMOVED } from '../json/paths.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import { CHAT_DURATIONS } from './chat-durations.ts'
import { endsChoices, isChoicesError } from './choices.ts'
import type { Dialect, Endpoint, IdField, Item, Recognition, VolatileField } from './dialect.ts'
import { idFields } from './fields.ts'
import { modelOf } from './model-of.ts'
import { openaiChatAssembly } from './openai-chat-assembly.ts'
import { openaiErrorBody } from './openai-error.ts'
import { isErrorAnswer } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { UNSTREAMED_OR_NULL } from './stream-defaults.ts'
import { TOOL_CALL_PREFIXES } from './tool-call-prefixes.ts'

/** A completion's ids where it stands in this place. */
function completionIds(place: string): IdField[] {
  return idFields(
    ['message', 'delta'].map((part) => `${place}choices[].${part}.`),
    {
      'tool_calls[].id': TOOL_CALL_PREFIXES,
      'audio.id': ['audio_'],
      // OpenRouter's, of the reasoning items of models behind Responses.
      'reasoning_details[].id': ['rs_', ...TOOL_CALL_PREFIXES],
    },
  )
}

const ids: readonly IdField[] = [
  { path: 'id', prefixes: ['chatcmpl-'], answer: true },
  ...completionIds(''),
  { path: 'x_groq.id', prefixes: ['req_'] },
]

const volatile: readonly VolatileField[] = [
  { path: 'created', kind: 'timestamps', value: number(0) },
  { path: 'time_info.created', kind: 'timestamps', value: number(0) },
  { path: 'obfuscation', kind: 'padding', value: REMOVED },
  ...CHAT_DURATIONS,
]

const chatCompletions: Endpoint = {
  name: '/v1/chat/completions',
  // OGX's names, which are the class names of the OpenAI SDK for Python.
  typeOf: (item) => {
    if (isChatError(item)) return 'wiretape.openai-chat.error'
    return item.streamed
      ? 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk'
      : 'openai.types.chat.chat_completion.ChatCompletion'
  },
  endMark: '[DONE]',
  ends: endsChoices,
  ids,
  volatile,
  // Other models behind OpenAI's API: OpenRouter's details of reasoning, Gemini's thoughts.
  opaque: [
    'messages[].reasoning_details[].signature',
    'messages[].reasoning_details[].data',
    'messages[].**.thought_signature',
  ],
  requestIds: [
    { path: 'messages[].tool_calls[].id', role: 'definition' },
    { path: 'messages[].tool_call_id', role: 'link' },
    { path: 'messages[].reasoning_details[].id', role: 'definition' },
    { path: 'messages[].audio.id', role: 'reference' },
    { path: 'messages[].content[].file.file_id', role: 'reference' },
    // Mistral's agents.
    { path: 'agent_id', role: 'reference' },
  ],
  ignored: ['user', 'safety_identifier', 'prompt_cache_key'],
  defaults: UNSTREAMED_OR_NULL,
}

const storedCompletion: Endpoint = { ...chatCompletions, name: '/v1/chat/completions/{id}' }

const storedCompletions: Endpoint = {
  ...listEndpoint('/v1/chat/completions'),
  ids: [
    ...idFields(['data[].'], { id: ['chatcmpl-'] }),
    ...completionIds('data[].'),
    ...idFields([''], { first_id: ['chatcmpl-'], last_id: ['chatcmpl-'] }),
  ],
  volatile: [{ path: 'data[].created', kind: 'timestamps', value: number(0) }],
}

// A stored message's id is its completion's with `-<n>` after it: it points nowhere on its own.
const storedMessages: Endpoint = listEndpoint('/v1/chat/completions/{id}/messages')

const deletedCompletion: Endpoint = {
  ...listEndpoint('/v1/chat/completions/{id}'),
  ids: idFields([''], { id: ['chatcmpl-'] }),
}

const ROUTES: readonly Route[] = [
  ...routesOf('POST', chatCompletions, { anywhere: true }),
  ...routesOf('GET', storedCompletions),
  ...routesOf('GET', storedCompletion),
  ...routesOf('POST', { ...storedCompletion, stateful: true }),
  ...routesOf('DELETE', { ...deletedCompletion, stateful: true }),
  ...routesOf('GET', storedMessages),
  // Chat completions by other names: Mistral's agents and code, Portkey's stored prompts.
  ...['/v1/agents/completions', '/v1/fim/completions', '/v1/prompts/{id}/completions'].flatMap(
    (name) => routesOf('POST', { ...chatCompletions, name }),
  ),
]

/**
 * OpenAI chat completions, as OpenAI, Azure, Bedrock, vLLM, OpenRouter, Groq and most gateways speak them (openai
 * `resources/chat/completions`).
 */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  provider: 'openai',
  recognise: recogniseChat,
  errorBody: openaiErrorBody,
  assembly: openaiChatAssembly,
}

function recogniseChat(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  return match && { ...match, model: modelOf(request), streaming: asksForStream(request.json) }
}

function isChatError(item: Item): boolean {
  return isChoicesError(item.payload) || (!item.streamed && (item.status ?? 0) >= 400)
}

function listEndpoint(name: string): Endpoint {
  return {
    name,
    typeOf: (item) =>
      isErrorAnswer(item) ? 'wiretape.openai-chat.error' : 'wiretape.openai-chat.stored',
    ids: [],
    volatile: [],
    requestIds: [],
    ignored: [],
  }
}
