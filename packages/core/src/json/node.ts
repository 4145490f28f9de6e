/**
 * JSON as it was written: number spellings, key order and duplicate keys are kept, which a JavaScript value can't do.
 * White space and the spelling of strings are not; a {@link JsonStyle} gives them back.
 */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonLiteral

export interface JsonObject {
  readonly kind: 'object'
  readonly members: readonly JsonMember[]
}

export interface JsonMember {
  readonly key: string
  readonly value: JsonNode
}

export interface JsonArray {
  readonly kind: 'array'
  readonly items: readonly JsonNode[]
}

/** A string by its code units; lone surrogates are legal and are printed as escapes. */
export interface JsonString {
  readonly kind: 'string'
  readonly value: string
}

/** A number by its spelling, e.g. `1.0`, `1e-7`, `12345678901234567890`, `-0.0`. */
export interface JsonNumber {
  readonly kind: 'number'
  readonly text: string
}

export interface JsonLiteral {
  readonly kind: 'literal'
  readonly value: true | false | null
}
