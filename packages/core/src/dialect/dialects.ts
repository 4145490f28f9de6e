import { providerOf } from '../request/provider.ts'
import type { RequestView } from '../request/request-view.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockAgent } from './bedrock-agent.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { bedrockInvoke } from './bedrock-invoke.ts'
import { bedrockRuntime } from './bedrock-runtime.ts'
import { cohere } from './cohere.ts'
import type { Call, Dialect } from './dialect.ts'
import { gemini } from './gemini.ts'
import { geminiInteractions } from './gemini-interactions.ts'
import { generic } from './generic.ts'
import { ollama } from './ollama.ts'
import { openaiAssistants } from './openai-assistants.ts'
import { openaiAudio } from './openai-audio.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiConversations } from './openai-conversations.ts'
import { openaiEmbeddings } from './openai-embeddings.ts'
import { openaiFiles } from './openai-files.ts'
import { openaiImages } from './openai-images.ts'
import { openaiModels } from './openai-models.ts'
import { openaiModerations } from './openai-moderations.ts'
import { openaiResponses } from './openai-responses.ts'

/** Every dialect that wiretape knows, the most particular first; `generic` knows all that is left. */
export const DIALECTS: readonly Dialect[] = [
  bedrockConverse,
  bedrockInvoke,
  bedrockRuntime,
  bedrockAgent,
  anthropicMessages,
  gemini,
  geminiInteractions,
  cohere,
  ollama,
  openaiChat,
  openaiResponses,
  openaiCompletions,
  openaiEmbeddings,
  openaiImages,
  openaiAudio,
  openaiModerations,
  openaiFiles,
  openaiConversations,
  openaiAssistants,
  openaiModels,
  generic,
]

/** What this request asks for, of whom, in which dialect. */
export function recogniseCall(request: RequestView): Call {
  for (const dialect of DIALECTS) {
    const recognition = dialect.recognise(request)
    if (recognition === undefined) continue
    return { ...recognition, dialect, provider: providerOf(request.url, dialect.provider) }
  }
  throw new TypeError('the generic dialect recognises every request')
}

/** The dialect of this name, as it stands in `__type__` and in a recording's folder. */
export function dialectNamed(name: string): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect.name === name)
}
