import type { Framing } from './framing.ts'
import { textFraming } from './text.ts'
import { createWholeBodySplitter } from './whole-body.ts'

/**
 * A body that is one JSON document, or says it is: its text isn't parsed here, and white space and a byte-order mark
 * are part of it.
 */
export const jsonFraming: Framing = {
  ...textFraming,
  name: 'json',
  createSplitter: (limits) => createWholeBodySplitter('json', limits),
}
