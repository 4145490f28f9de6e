import { parseRecording, playRecording, readRecording } from '@wiretape/core'
import type { CliIo } from '../io.ts'
import { playJson } from '../play/play-json.ts'
import { playProse } from '../play/play-prose.ts'

export interface PlayCommandOptions {
  /** `-` reads standard input. */
  readonly path: string
  /**
   * Prints at once.
   *
   * @defaultValue false
   */
  readonly instant?: boolean | undefined
  /**
   * So many times as fast as recorded.
   *
   * @defaultValue 1
   */
  readonly speed?: number | undefined
  /**
   * Prints one JSON object a line.
   *
   * @defaultValue false
   */
  readonly json?: boolean | undefined
}

/** `wiretape play`: the answer as it streamed, at the recorded pace, then the assembled message. */
export async function play(options: PlayCommandOptions, io: CliIo): Promise<void> {
  const recording =
    options.path === '-' ? parseRecording(await io.readInput()) : await readRecording(options.path)
  const pace = options.instant === true ? 'instant' : (options.speed ?? 'recorded')
  const playback = playRecording(recording, { pace })
  await (options.json === true ? playJson : playProse)({ recording, playback }, io)
}
