import { number, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { IdField, RequestIdField, VolatileField } from './dialect.ts'

/** Ids under each of these places: `''` for the root, else with its dot, `data[].`. */
export function idFields(
  places: readonly string[],
  fields: Readonly<Record<string, readonly string[]>>,
): IdField[] {
  return places.flatMap((place) =>
    Object.entries(fields).map(([path, prefixes]) => ({ path: place + path, prefixes })),
  )
}

/** Ids of a request under each of these places, all of one role. */
export function requestIdFields(
  places: readonly string[],
  role: RequestIdField['role'],
  paths: readonly string[],
): RequestIdField[] {
  return places.flatMap((place) => paths.map((path) => ({ path: place + path, role })))
}

/** 2100-01-01, for expiries: they must lie ahead whenever a recording is replayed. */
export const FAR_AHEAD: JsonNode = number(4_102_444_800)
export const PAST_DATE: JsonNode = string('1970-01-01T00:00:00Z')
export const FAR_AHEAD_DATE: JsonNode = string('2100-01-01T00:00:00Z')

/** Times under each of these places. */
export function timeFields(
  places: readonly string[],
  value: JsonNode,
  paths: readonly string[],
): VolatileField[] {
  return places.flatMap((place) =>
    paths.map((path) => ({ path: place + path, kind: 'timestamps', value })),
  )
}

/** Durations at these paths. */
export function durationFields(...paths: readonly string[]): VolatileField[] {
  return paths.map((path) => ({ path, kind: 'durations', value: number(0) }))
}
