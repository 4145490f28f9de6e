import { WiretapeError } from '../errors/wiretape-error.ts'
import type { FramingName, FramingStyle } from './framing.ts'

/** A frame that grew, or says that it will grow, beyond `maxFrameBytes`. */
export function frameTooLarge(
  framing: FramingName,
  frameBytes: number,
  maxFrameBytes: number,
): WiretapeError {
  return new WiretapeError('WT_FRAME_TOO_LARGE', {
    message:
      `a frame of a body read as ${framing} has at least ${frameBytes} bytes, ` +
      `more than the limit of ${maxFrameBytes}`,
    hint: `Raise maxFrameBytes above ${frameBytes}, or leave this endpoint out of the recording.`,
    details: { framing, frameBytes, maxFrameBytes },
  })
}

/** A message or a style that the framing has no bytes for. `what` never holds a payload: it may be a secret. */
export function frameInvalid(framing: FramingName, what: string, hint: string): WiretapeError {
  return new WiretapeError('WT_FRAME_INVALID', {
    message: `can't write a message as ${framing}: ${what}`,
    hint,
    details: { framing },
  })
}

export interface Setting<T extends string | boolean> {
  readonly framing: FramingName
  readonly name: string
  /** The default first. */
  readonly choices: readonly [T, ...T[]]
}

/** A setting of a style, checked: a style may come from a recording that was edited by hand. */
export function readSetting<T extends string | boolean>(
  style: FramingStyle | undefined,
  { framing, name, choices }: Setting<T>,
): T {
  const value = style?.[name]
  if (value === undefined) return choices[0]
  const choice = choices.find((candidate) => candidate === value)
  if (choice !== undefined) return choice
  throw frameInvalid(
    framing,
    `style.${name} is ${JSON.stringify(value)}`,
    `Set it to one of ${choices.map((candidate) => JSON.stringify(candidate)).join(', ')}, or remove it.`,
  )
}
