import { bytesFraming } from './bytes.ts'
import { eventstreamFraming } from './eventstream.ts'
import type { Framing, FramingName } from './framing.ts'
import { jsonArrayFraming } from './json-array.ts'
import { jsonFraming } from './json.ts'
import { ndjsonFraming } from './ndjson.ts'
import { sseFraming } from './sse.ts'
import { textFraming } from './text.ts'

export { decideFraming, guessFraming } from './guess-framing.ts'

const FRAMINGS: Readonly<Record<FramingName, Framing>> = {
  json: jsonFraming,
  'json-array': jsonArrayFraming,
  sse: sseFraming,
  ndjson: ndjsonFraming,
  eventstream: eventstreamFraming,
  text: textFraming,
  bytes: bytesFraming,
}

export function framingOf(name: FramingName): Framing {
  return FRAMINGS[name]
}
