import type { Message, Payload } from '../framing/framing.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import type { Dialect, Endpoint, IdField, Recognition } from './dialect.ts'
import { idFields, requestIdFields } from './fields.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { FILE, PLACES, RESOURCE_REQUEST_IDS, resourceEndpoint } from './openai-resource.ts'
import { hasError } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { UNSTREAMED_OR_NULL } from './stream-defaults.ts'
import { TOOL_CALL_PREFIXES } from './tool-call-prefixes.ts'

const EVENT_TYPE = 'wiretape.openai-assistants.event.'
const KIND_PREFIXES = ['asst_', 'thread_', 'run_', 'step_', 'msg_'] as const

/** Messages, runs and steps, whole and as the deltas of a stream. */
const CONTENT_IDS: readonly IdField[] = PLACES.flatMap((place) => [
  ...idFields([`${place}content[].`, `${place}delta.content[].`], {
    'image_file.file_id': FILE,
    'text.annotations[].file_citation.file_id': FILE,
    'text.annotations[].file_path.file_id': FILE,
  }),
  ...idFields([`${place}step_details.`, `${place}delta.step_details.`], {
    'message_creation.message_id': ['msg_'],
    'tool_calls[].id': TOOL_CALL_PREFIXES,
    'tool_calls[].code_interpreter.outputs[].image.file_id': FILE,
    'tool_calls[].file_search.results[].file_id': FILE,
  }),
  ...idFields([place], {
    'attachments[].file_id': FILE,
    'required_action.submit_tool_outputs.tool_calls[].id': TOOL_CALL_PREFIXES,
  }),
])

function assistantsEndpoint(name: string, kind: string, prefix: string): Endpoint {
  const usual = resourceEndpoint(name, {
    type: `openai-assistants.${kind}`,
    // A stream has things of every kind under one path.
    prefixes: [prefix, ...KIND_PREFIXES],
  })
  return {
    ...usual,
    // An event's name is nowhere in its data, so the type has it.
    typeOf: (item) => {
      const { event } = item.message
      return item.streamed && event !== undefined ? EVENT_TYPE + event : usual.typeOf(item)
    },
    implies: ({ type }) =>
      type.startsWith(EVENT_TYPE) ? { event: type.slice(EVENT_TYPE.length) } : {},
    endMark: '[DONE]',
    ends: endsRun,
    defaults: UNSTREAMED_OR_NULL,
    ids: [...usual.ids, ...CONTENT_IDS],
    requestIds: [
      ...RESOURCE_REQUEST_IDS,
      ...requestIdFields([''], 'link', ['tool_outputs[].tool_call_id']),
      ...requestIdFields([''], 'reference', ['assistant_id', 'run_id', 'thread_id']),
      ...requestIdFields(
        ['', 'messages[].', 'additional_messages[].', 'thread.messages[].'],
        'reference',
        ['attachments[].file_id', 'content[].image_file.file_id'],
      ),
      ...requestIdFields(['thread.'], 'reference', [
        'tool_resources.code_interpreter.file_ids[]',
        'tool_resources.file_search.vector_store_ids[]',
      ]),
    ],
  }
}

const ROUTES: readonly Route[] = (
  [
    ['GET POST', '/v1/assistants', 'assistant', 'asst_'],
    ['GET POST DELETE', '/v1/assistants/{id}', 'assistant', 'asst_'],
    ['POST', '/v1/threads/runs', 'run', 'run_'],
    ['POST', '/v1/threads', 'thread', 'thread_'],
    ['GET POST DELETE', '/v1/threads/{id}', 'thread', 'thread_'],
    ['GET POST', '/v1/threads/{id}/messages', 'message', 'msg_'],
    ['GET POST DELETE', '/v1/threads/{id}/messages/{id}', 'message', 'msg_'],
    ['GET POST', '/v1/threads/{id}/runs', 'run', 'run_'],
    ['GET POST', '/v1/threads/{id}/runs/{id}', 'run', 'run_'],
    ['POST', '/v1/threads/{id}/runs/{id}/cancel', 'run', 'run_'],
    ['POST', '/v1/threads/{id}/runs/{id}/submit_tool_outputs', 'run', 'run_'],
    ['GET', '/v1/threads/{id}/runs/{id}/steps', 'step', 'step_'],
    ['GET', '/v1/threads/{id}/runs/{id}/steps/{id}', 'step', 'step_'],
  ] as const
).flatMap(([methods, name, kind, prefix]) =>
  routesOf(methods, assistantsEndpoint(name, kind, prefix)),
)

/** OpenAI's assistants, threads and runs (openai `resources/beta`), also Azure's. */
export const openaiAssistants: Dialect = {
  name: 'openai-assistants',
  provider: 'openai',
  recognise: recogniseAssistants,
  errorBody: openaiErrorBody,
}

function recogniseAssistants(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  return match && { ...match, model: modelOf(request), streaming: asksForStream(request.json) }
}

/** `event: done` with `[DONE]`, also after a run that failed; an error event without it. */
function endsRun(payload: Payload, message: Message): boolean {
  if (typeof payload === 'string') return payload.startsWith('[DONE]')
  return message.event === 'error' || (message.event === undefined && hasError(payload))
}
