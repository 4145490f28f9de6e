import OpenAI from 'openai'
import { streamingFetch } from './assembly.test-fixture.ts'

/** What OpenAI's own accumulator makes of the chunks; it puts `parsed` and a null refusal everywhere. */
export async function openaiMakes(chunks: readonly unknown[]): Promise<Record<string, unknown>> {
  const client = new OpenAI({ apiKey: 'k', fetch: streamingFetch(chunks, 'data: [DONE]\n\n') })
  const stream = client.chat.completions.stream({ model: 'm', messages: [] })
  const whole: unknown = JSON.parse(JSON.stringify(await stream.finalChatCompletion()))
  return JSON.parse(
    JSON.stringify(whole, (key, value: unknown) => {
      return key === 'parsed' || key === 'parsed_arguments' || value === null ? undefined : value
    }),
  ) as Record<string, unknown>
}
