import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { WiretapeError } from '../errors/wiretape-error.ts'
import type { MatchOptions } from '../request/match-options.ts'
import type { MatchTransform } from '../request/matcher.ts'
import { nearestPackage } from './locate-recordings.ts'

/**
 * What a project's `wiretape.config.mjs` exports.
 *
 * @experimental
 */
export interface WiretapeConfig {
  /** The file as a person would open it, whether or not it is there. */
  readonly path: string
  /** False where there is no such file. */
  readonly exists: boolean
  /** Options of keys, for `createTape` and `wiretape rekey --from-config` alike. */
  readonly match?: MatchOptions | undefined
  /** Functions that `match.transform` names. */
  readonly transforms: Readonly<Record<string, (canonical: never) => unknown>>
}

/**
 * Reads `wiretape.config.mjs` beside the nearest package.json above the working folder. Only the project's own file is ever
 * run, never one that comes with a corpus.
 *
 * @throws WT_CONFIG_INVALID where it can't be run, or exports something else
 * @experimental
 */
export async function readConfig(): Promise<WiretapeConfig> {
  const path = configPath()
  if (!existsSync(path)) return { path, exists: false, transforms: {} }
  const exported = await importConfig(path)
  const { match, transforms = {} } = exported
  if (match !== undefined && !isRecord(match))
    throw invalid(path, "exports 'match', which is no object")
  if (!isRecord(transforms)) throw invalid(path, "exports 'transforms', which is no object")
  for (const [name, transform] of Object.entries(transforms))
    if (typeof transform !== 'function')
      throw invalid(path, `exports the transform '${name}', which is no function`)
  return {
    path,
    exists: true,
    match,
    transforms: transforms as Record<string, MatchTransform>,
  }
}

/** Where the configuration of this project would be. */
export function configPath(): string {
  return join(nearestPackage(process.cwd()), 'wiretape.config.mjs')
}

async function importConfig(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>
  } catch (cause) {
    throw invalid(
      path,
      `can't be run: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    )
  }
}

function invalid(path: string, what: string, cause?: unknown): WiretapeError {
  return new WiretapeError('WT_CONFIG_INVALID', {
    message: `${path}: ${what}`,
    hint: 'export what it is asked for: export const transforms = { name: (canonical) => canonical }',
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
