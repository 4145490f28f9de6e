/** Headers in the order of the wire, repeated names kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/** The first header of this name (case does not count), or undefined. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return headers.find(([candidate]) => candidate.toLowerCase() === wanted)?.[1]
}

/** The same list without the headers of these names, given in lower case. */
export function withoutHeaders(headers: HeaderList, names: ReadonlySet<string>): HeaderList {
  return headers.filter(([name]) => !names.has(name.toLowerCase()))
}

/** The same list with this header once, in the place of the first of its name or at the end. */
export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  const wanted = name.toLowerCase()
  const index = headers.findIndex(([candidate]) => candidate.toLowerCase() === wanted)
  if (index === -1) return [...headers, [name, value]]
  return headers.flatMap(([candidate, old], position) => {
    if (position === index) return [[candidate, value] as const]
    return candidate.toLowerCase() === wanted ? [] : [[candidate, old] as const]
  })
}
