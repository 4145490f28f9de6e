import { isDeepStrictEqual } from 'node:util'

/** A tool's input from the pieces of its JSON. What a stream was cut in stays text: half an object is no input. */
export function parseToolInput(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** The JSON of a tool's input; undefined where {@link parseToolInput} would not give the input back. */
export function printToolInput(input: unknown): string | undefined {
  const text: unknown = JSON.stringify(input)
  if (typeof text !== 'string') return undefined
  return isDeepStrictEqual(parseToolInput(text), input) ? text : undefined
}
