import { number } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import { endsChoices, isChoicesError } from './choices.ts'
import { openaiCompletionsAssembly } from './openai-completions-assembly.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { UNSTREAMED_OR_NULL } from './stream-defaults.ts'

const completions: Endpoint = {
  name: '/v1/completions',
  // OGX's name, which is the class name of the OpenAI SDK for Python; chunks and whole answers are one class.
  typeOf: ({ payload }) =>
    isChoicesError(payload)
      ? 'wiretape.openai-completions.error'
      : 'openai.types.completion.Completion',
  endMark: '[DONE]',
  ends: endsChoices,
  ids: [{ path: 'id', prefixes: ['cmpl-'], answer: true }],
  volatile: [{ path: 'created', kind: 'timestamps', value: number(0) }],
  requestIds: [],
  ignored: ['user', 'safety_identifier', 'prompt_cache_key'],
  defaults: UNSTREAMED_OR_NULL,
}

const ROUTES: readonly Route[] = routesOf('POST', completions, { tells: ['prompt'] })

/**
 * OpenAI's legacy text completions, as vLLM, Together, Hugging Face and others still speak them (openai
 * `resources/completions`).
 */
export const openaiCompletions: Dialect = {
  name: 'openai-completions',
  provider: 'openai',
  recognise: recogniseCompletions,
  errorBody: openaiErrorBody,
  assembly: openaiCompletionsAssembly,
}

function recogniseCompletions(request: RequestView): Recognition | undefined {
  const { hostname, pathname } = request.url
  // Chat completions by other names, which answer with messages.
  if (/\/(?:chat|fim|agents|prompts\/[^/]+)\/completions\/*$/.test(pathname)) return undefined
  // The same path and another API: its chunks are `{"value": …}`, and its streams end without a word.
  if (hostname === 'api.writer.com') return undefined
  const match = matchRoute(request, ROUTES)
  if (match === undefined) return undefined
  return { ...match, model: modelOf(request), streaming: asksForStream(request.json) }
}
