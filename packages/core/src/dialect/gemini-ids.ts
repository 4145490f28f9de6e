import type { IdField, RequestIdField } from './dialect.ts'
import { idFields, requestIdFields } from './fields.ts'

/** Gemini's ids are bare: eight characters for a call, more for an answer. */
const BARE: readonly string[] = ['']

const CALLS = ['functionCall', 'toolCall', 'executableCode'] as const
const RESULTS = ['functionResponse', 'toolResponse', 'codeExecutionResult'] as const

/** Ids in an answer (`@google/genai` `types`, `Part`); its `thoughtSignature`s are opaque. */
export const GEMINI_IDS: readonly IdField[] = [
  { path: 'responseId', prefixes: BARE, answer: true },
  ...idFields(
    ['candidates[].content.parts[].'],
    Object.fromEntries([...CALLS, ...RESULTS].map((part) => [`${part}.id`, BARE])),
  ),
]

/** Where contents stand: alone, in what `countTokens` counts, in a batch. The API takes one content for many, too. */
const CONTENTS = ['', 'generateContentRequest.', 'requests[].'].flatMap((place) =>
  ['contents[].', 'contents.', 'content.'].map((content) => `${place}${content}parts[].`),
)

/** Ids in a request; the API reads both spellings of a field, and Python programs send both. */
export const GEMINI_REQUEST_IDS: readonly RequestIdField[] = [
  ...requestIdFields(CONTENTS, 'definition', spellings(CALLS.map((part) => `${part}.id`))),
  ...requestIdFields(CONTENTS, 'link', spellings(RESULTS.map((part) => `${part}.id`))),
  ...requestIdFields(CONTENTS, 'reference', [
    ...spellings(['fileData.fileUri', 'functionResponse.parts[].fileData.fileUri']),
    'fileData.file_uri',
  ]),
  ...requestIdFields(['', 'generateContentRequest.'], 'reference', [
    ...spellings(['cachedContent', 'tools[].fileSearch.fileSearchStoreNames[]']),
    'tools[].fileSearch.file_search_store_names[]',
  ]),
]

function spellings(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const snakeCase = path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return snakeCase === path ? [path] : [path, snakeCase]
  })
}
