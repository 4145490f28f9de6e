import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../package.json'
import type { CliIo } from './io.ts'
import { parseWaiver, type Waiver } from './verify/waivers.ts'
import { parseHost, parseReplacement, type ReplaceFlag } from './rekey/match-flags.ts'

/** What commander makes of the options of `play`. */
interface PlayFlags {
  readonly instant?: boolean
  readonly speed?: number
  readonly json?: boolean
}

/** What commander makes of the options of `rekey`. */
interface RekeyFlags {
  readonly ignore?: readonly string[]
  readonly replace?: readonly ReplaceFlag[]
  readonly include?: readonly 'host'[]
  readonly host?: readonly (readonly [host: string, provider: string])[]
  readonly transform?: string
  readonly fromConfig?: boolean
  readonly none?: boolean
  readonly adopt?: boolean
  readonly dryRun?: boolean
}

/** What commander makes of the options of `verify`. */
interface VerifyFlags {
  readonly secrets?: boolean
  readonly allow?: readonly Waiver[]
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
  declareVerify(program, io)
  declareRekey(program, io)
  return program
}

function declareVerify(program: Command, io: CliIo): void {
  program
    .command('verify')
    .description('Say whether every file of a corpus is whole, and holds no secrets.')
    .argument('[corpus]', 'folder or package; the default is the one that tapes have')
    .option('--secrets', "look for secrets, by wiretape's rules and secretlint's")
    .option(
      '--allow <finding>',
      'a finding that is none: <rule>, <rule>@<file> or <rule>@<file>#<place>; may be repeated',
      gathered(parseWaiver),
    )
    .option('--json', 'print one JSON object a finding, for programs')
    .addHelpText(
      'after',
      `
Examples:
  $ wiretape verify
  $ wiretape verify --secrets recordings
  $ wiretape verify --secrets --allow secretlint:basicauth`,
    )
    .action(async (corpus: string | undefined, flags: VerifyFlags) => {
      const { verify } = await import('./commands/verify.ts')
      await verify({ corpus, ...flags }, io)
    })
}

function declareRekey(program: Command, io: CliIo): void {
  const options = ['ignore', 'replace', 'include', 'host', 'transform']
  program
    .command('rekey')
    .description('Move a corpus to other options of its keys, without the network.')
    .argument('[corpus]', 'folder or package; the default is the one that tapes have')
    .option('--ignore <path>', 'take a field out of the key; may be repeated', gathered(String))
    .option(
      '--replace <path=/pattern/with/>',
      'replace text in the key; may be repeated',
      gathered(parseReplacement),
    )
    .addOption(
      new Option('--include <part>', 'what else counts').choices(['host']).argParser(parsePart),
    )
    .option('--host <host=provider>', 'who answers at a host; may be repeated', gathered(parseHost))
    .option('--transform <name>', 'a function that wiretape.config.mjs exports in `transforms`')
    .addOption(
      new Option('--from-config', 'take `match` from wiretape.config.mjs').conflicts(options),
    )
    .addOption(new Option('--none', 'go back to no options').conflicts([...options, 'fromConfig']))
    .option('--adopt', "give OGX's files a place of wiretape's too")
    .option('--dry-run', 'print what would move, and move nothing')
    .addHelpText(
      'after',
      `
The options that are given are all that the corpus has from then on. Without any, the newest that its manifest has are taken.

Examples:
  $ wiretape rekey --dry-run --ignore body.metadata.trace_id
  $ wiretape rekey recordings --replace 'body.messages[].content=/\\d{4}-\\d\\d-\\d\\d/<date>/'
  $ wiretape rekey --from-config`,
    )
    .action(async (corpus: string | undefined, flags: RekeyFlags) => {
      const { rekey } = await import('./commands/rekey.ts')
      await rekey({ corpus, ...flags }, io)
    })
}

/** An option that may be repeated. */
function gathered<Value>(
  parse: (text: string) => Value,
): (text: string, before?: readonly Value[]) => readonly Value[] {
  return (text, before = []) => [...before, parse(text)]
}

function parsePart(text: string): readonly 'host'[] {
  if (text === 'host') return ['host']
  throw new InvalidArgumentError("It takes 'host'.")
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new InvalidArgumentError('It takes a number over 0.')
}
