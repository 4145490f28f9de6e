import { styleText } from 'node:util'
import type { CliIo } from './io.ts'

/** Control characters but tab, line feed and the CR before one. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const CONTROLS = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]|\r(?!\n)/g

/** Text in grey where the output is coloured. */
export function dim(io: CliIo, text: string): string {
  // Whether to colour is decided already, and not by what standard output happens to be.
  return io.isColoured ? styleText('dim', text, { validateStream: false }) : text
}

/** What a recording says, fit for the output: a terminal must not obey what a model or a stranger's file holds. */
export function shown(io: CliIo, text: string): string {
  return io.isTerminal ? escapeControls(text) : text
}

/** Control characters as JSON spells them, so that JSON stays JSON. */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
