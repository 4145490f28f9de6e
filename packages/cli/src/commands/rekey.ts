import {
  type MatchOptions,
  readConfig,
  rekeyCorpus,
  type RekeyReport,
  WiretapeError,
} from '@wiretape/core'
import { corpusArgument } from '../corpus-argument.ts'
import type { CliIo } from '../io.ts'
import type { ReplaceFlag } from '../rekey/match-flags.ts'
import { shown } from '../terminal-text.ts'

export interface RekeyCommandOptions {
  /**
   * A folder, or a package.
   *
   * @defaultValue `WIRETAPE_RECORDINGS`, else './recordings'
   */
  readonly corpus?: string | undefined
  readonly ignore?: readonly string[] | undefined
  readonly replace?: readonly ReplaceFlag[] | undefined
  readonly include?: readonly 'host'[] | undefined
  readonly host?: readonly (readonly [host: string, provider: string])[] | undefined
  readonly transform?: string | undefined
  /** Takes `match` from wiretape.config.mjs. */
  readonly fromConfig?: boolean | undefined
  /** Goes back to no options. */
  readonly none?: boolean | undefined
  readonly adopt?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

/** `wiretape rekey`: moves a corpus to other options of its keys, without the network. */
export async function rekey(options: RekeyCommandOptions, io: CliIo): Promise<void> {
  const report = await rekeyCorpus({
    recordings: corpusArgument(options.corpus),
    match: await matchOf(options),
    adopt: options.adopt,
    dryRun: options.dryRun,
  })
  await io.write(shown(io, describe(report, options.dryRun === true)))
}

/** Undefined where nothing is said: then the manifest's newest options hold. */
async function matchOf(options: RekeyCommandOptions): Promise<MatchOptions | undefined> {
  const { ignore, replace, include, host, transform } = options
  if (options.none === true) return {}
  if (options.fromConfig === true) return configuredMatch()
  if ([ignore, replace, include, host, transform].every((flag) => flag === undefined))
    return undefined
  return {
    ignore,
    replace,
    include,
    hosts: host === undefined ? undefined : Object.fromEntries(host),
    transform,
  }
}

async function configuredMatch(): Promise<MatchOptions> {
  const { path, exists, match } = await readConfig()
  if (match !== undefined) return match
  throw new WiretapeError('WT_CONFIG_INVALID', {
    message: `${path}: ${exists ? "exports no 'match'" : 'is not there'}`,
    hint: "export it there: export const match = { ignore: ['body.messages[].name'] }",
    details: { path },
  })
}

function describe(report: RekeyReport, isDry: boolean): string {
  const { moved, removed, left, stayed } = report
  const changes = moved.length + removed.length
  return [
    `corpus: ${report.corpus}`,
    `from:   ${report.from.map((match) => JSON.stringify(match)).join(', then ')}`,
    `to:     ${JSON.stringify(report.to)}`,
    ...moved.map(({ from, to }) => `moved   ${from}\n     to ${to}`),
    ...removed.map((path) => `removed ${path}, which is there twice`),
    ...left.map((path) => `left    ${path}, whose request no longer gives its key`),
    `${moved.length} moved, ${stayed} where they belong, ${left.length} left${
      isDry && changes > 0 ? '; nothing was changed (--dry-run)' : ''
    }`,
    '',
  ].join('\n')
}
