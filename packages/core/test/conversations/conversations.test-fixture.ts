import { anthropicMessages, bedrockInvoke } from './anthropic-messages.test-fixture.ts'
import { bedrockConverse } from './bedrock-converse.test-fixture.ts'
import { cohere } from './cohere.test-fixture.ts'
import type { Conversation } from './conversation.test-fixture.ts'
import { gemini } from './gemini.test-fixture.ts'
import { geminiInteractions } from './gemini-interactions.test-fixture.ts'
import { ollama } from './ollama.test-fixture.ts'
import { openaiChat } from './openai-chat.test-fixture.ts'
import { openaiResponses } from './openai-responses.test-fixture.ts'

/** One conversation in each dialect that has them, by the dialect's name. */
export const CONVERSATIONS: readonly (readonly [dialect: string, conversation: Conversation])[] = [
  ['openai-chat', openaiChat],
  ['openai-responses', openaiResponses],
  ['anthropic-messages', anthropicMessages],
  ['bedrock-converse', bedrockConverse],
  ['bedrock-invoke', bedrockInvoke],
  ['gemini', gemini],
  ['gemini-interactions', geminiInteractions],
  ['ollama', ollama],
  ['cohere', cohere],
]
