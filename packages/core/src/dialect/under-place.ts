import type { PathPattern } from '../json/paths.ts'

/** The same fields where the document that has them stands in this place: `''`, or with its dot, `bytes.`. */
export function underPlace<Field extends { readonly path: PathPattern }>(
  place: string,
  fields: readonly Field[],
): Field[] {
  return fields.map((field) => ({ ...field, path: place + field.path }))
}
