import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../package.json'
import type { CliIo } from './io.ts'

/** What commander makes of the options of `play`. */
interface PlayFlags {
  readonly instant?: boolean
  readonly speed?: number
  readonly json?: boolean
}

/**
 * Declares the commands. Each loads its code only once it is called, so that `--help` loads none.
 *
 * @param print takes what commander itself says: help and the version
 */
export function createProgram(io: CliIo, print: (text: string) => void): Command {
  const program = new Command('wiretape')
    .description('Record LLM traffic once, review it like code, replay it for ever.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: io.writeError })
    .addHelpText(
      'after',
      `
Examples:
  $ wiretape play recordings/openai-chat/gpt-4o-mini/4f….json
  $ wiretape help play`,
    )
  program
    .command('play')
    .description("Print a recording's answer as it streamed, then the assembled message.")
    .argument('<recording>', 'path of a recording, or - for standard input')
    .option('--instant', 'print at once instead of at the recorded pace')
    .addOption(
      new Option('--speed <factor>', 'play so many times as fast as recorded')
        .argParser(parseSpeed)
        .conflicts('instant'),
    )
    .option('--json', 'print one JSON object a line, for programs')
    .addHelpText(
      'after',
      `
Examples:
  $ wiretape play recordings/openai-chat/gpt-4o-mini/4f….json
  $ wiretape play --speed 4 recording.json
  $ wiretape play --instant --json recording.json | jq .message
  $ git show HEAD~1:recording.json | wiretape play -`,
    )
    .action(async (path: string, flags: PlayFlags) => {
      const { play } = await import('./commands/play.ts')
      await play({ path, ...flags }, io)
    })
  return program
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new InvalidArgumentError('It takes a number over 0.')
}
