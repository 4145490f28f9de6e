import type { VolatileField } from './dialect.ts'
import { durationFields } from './fields.ts'

const TIMES = ['queue_time', 'prompt_time', 'completion_time', 'total_time'] as const

/** How long an answer took, and how fast it was, as those say it who speak OpenAI's chat completions. */
export const CHAT_DURATIONS: readonly VolatileField[] = durationFields(
  // Groq; its `usage_breakdown` is that of compound models.
  ...['usage', 'x_groq.usage', 'usage_breakdown.models[].usage'].flatMap(timesOf),
  // Cerebras.
  ...timesOf('time_info'),
  // llama.cpp; how many tokens it counted stays.
  'timings.prompt_ms',
  'timings.prompt_per_token_ms',
  'timings.prompt_per_second',
  'timings.predicted_ms',
  'timings.predicted_per_token_ms',
  'timings.predicted_per_second',
  // GPUStack.
  'usage.time_to_first_token_ms',
  'usage.time_per_output_token_ms',
  'usage.prompt_tokens_per_second',
  'usage.tokens_per_second',
  // Azure.
  'latency_checkpoint.*',
)

function timesOf(place: string): string[] {
  return TIMES.map((name) => `${place}.${name}`)
}
