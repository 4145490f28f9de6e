import type { IdField } from './dialect.ts'
import { idFields } from './fields.ts'

/** Cohere's ids are bare UUIDs, or a tool's name with random characters. */
const BARE: readonly string[] = ['']

/**
 * Ids in answers of Cohere's API. Ids of documents are the program's own, and so are the sources of citations, which are made
 * of them and of ids of tool calls.
 */
export const COHERE_IDS: readonly IdField[] = [
  ...idFields(['', 'response.'], {
    generation_id: BARE,
    conversation_id: BARE,
    'generations[].id': BARE,
    'search_queries[].generation_id': BARE,
    'search_results[].search_query.generation_id': BARE,
  }),
  ...idFields(['message.tool_calls[].', 'delta.message.tool_calls.'], { id: BARE }),
  ...['id', 'response_id', 'response.id', 'response.response_id'].map((path): IdField => ({
    path,
    prefixes: BARE,
    answer: true,
  })),
]
