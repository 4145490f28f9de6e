import { deepStrictEqual, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Assembly } from './dialect.ts'

/** Fields that no API has, with whatever JSON can say in them. */
export const unknownFields: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.string({ maxLength: 6 }).map((name) => `x_${name}`),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 2 },
)

export const toolInput: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', 'constructor', 'input')),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 3 },
)

export function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined })
}

/** The record without what is undefined, as JSON would have it. */
export function defined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}

export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

/** For calls like `values.some(isChunk)`. */
export function verdictsOf(assembly: Assembly): {
  readonly isChunk: (value: unknown) => boolean
  readonly isWhole: (value: unknown) => boolean
  readonly textOf: (value: unknown) => string
} {
  return {
    isChunk: (value) => assembly.isChunk(value),
    isWhole: (value) => assembly.isWhole(value),
    textOf: (value) => assembly.textOf(value),
  }
}

/**
 * Throws where the law of an assembly is broken: what an answer is disassembled to assembles to the answer. All is frozen,
 * so that whatever changes its input throws too.
 */
export function checkLaw(assembly: Assembly, whole: unknown): void {
  ok(assembly.isWhole(frozen(whole)), 'it is no whole answer')
  const chunks = frozen(assembly.disassemble(whole))
  ok(
    chunks.some((chunk) => assembly.isChunk(chunk)),
    'no chunk of it is one',
  )
  // Vitest's own takes a field called `constructor` for another type.
  deepStrictEqual(assembly.assemble(chunks), whole)
  // Whatever a cut stream has is put together without an error.
  chunks.forEach((_, length) => assembly.assemble(chunks.slice(0, length)))
}

export function checkLawForAll(assembly: Assembly, wholes: fc.Arbitrary<unknown>): void {
  fc.assert(
    // fast-check makes records without a prototype too, which no JSON parser does.
    fc.property(wholes, (whole) => checkLaw(assembly, structuredClone(whole))),
    { numRuns: 300 },
  )
}

/** What a client makes of these events in an SSE body. */
export function streamingFetch(chunks: readonly unknown[], end = ''): typeof fetch {
  const body = chunks.map((chunk) => {
    const { type } = chunk as { readonly type?: string }
    return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(chunk)}\n\n`
  })
  return async () =>
    new Response(body.join('') + end, { headers: { 'content-type': 'text/event-stream' } })
}
