import { stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { formField } from './form-field.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'

function audioEndpoint(name: string, kind: string): Endpoint {
  return {
    name,
    typeOf: (item) => {
      if (item.streamed) return 'wiretape.openai-audio.event'
      return isErrorAnswer(item) ? 'wiretape.openai-audio.error' : `wiretape.openai-audio.${kind}`
    },
    // `transcript.text.done`, `speech.audio.done`; a segment's own is `transcript.text.segment`.
    ends: (payload) =>
      (typeof payload === 'string' && payload.startsWith('[DONE]')) ||
      hasError(payload) ||
      /^error$|\.done$/.test(stringMember(documentOf(payload), 'type') ?? ''),
    ids: [],
    volatile: [],
    requestIds: [],
    ignored: [],
  }
}

const ROUTES: readonly Route[] = [
  ['/v1/audio/transcriptions', 'transcription'],
  ['/v1/audio/translations', 'translation'],
  ['/v1/audio/speech', 'speech'],
].flatMap(([name = '', kind = '']) =>
  routesOf('POST', audioEndpoint(name, kind), { anywhere: true }),
)

/** OpenAI audio: speech to text and text to speech (openai `resources/audio`). */
export const openaiAudio: Dialect = {
  name: 'openai-audio',
  provider: 'openai',
  recognise: recogniseAudio,
  errorBody: openaiErrorBody,
}

function recogniseAudio(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  return match && { ...match, model: modelOf(request), streaming: streams(request) }
}

/** Transcriptions are asked for as a form, speech as JSON whose stream is events only in one of its formats. */
function streams(request: RequestView): boolean {
  return (
    asksForStream(request.json) ||
    stringMember(request.json, 'stream_format') === 'sse' ||
    formField(request, 'stream') === 'true'
  )
}
