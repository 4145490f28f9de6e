import { openaiErrorBody } from './openai-error.ts'
import type { Call, Dialect } from './dialect.ts'

/** Calls of tools: no API at all, but functions whose answers enter the next prompt. */
export const tool: Dialect = {
  name: 'tool',
  provider: null,
  recognise: () => undefined,
  errorBody: openaiErrorBody,
}

/** A tool's call as something that is looked up: by provider and name. */
export function toolCall(provider: string, name: string): Call {
  return {
    dialect: tool,
    endpoint: {
      name: `${provider}/${name}`,
      typeOf: () => 'wiretape.tool.result',
      ids: [],
      volatile: [],
      requestIds: [],
      ignored: [],
    },
    provider,
    model: name,
    streaming: false,
  }
}
