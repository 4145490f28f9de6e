import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { createDirectoryStore } from './directory-store.ts'
import type { Store } from './store.ts'

/**
 * Where recordings are: a folder, a package (`@acme/recordings`, or a folder in one: `@acme/recordings/billing`), or a store.
 *
 * @public
 */
export type RecordingsOption = string | Store

/**
 * The store that an option names. A relative path is taken from the nearest package.json above the working folder, so that
 * a test finds its recordings wherever it was started from; a package, from there too.
 *
 * @throws WT_OPTION_INVALID where a package is not installed
 */
export function locateRecordings(option: RecordingsOption): Store {
  if (typeof option !== 'string') return option
  return locateFrom(option, { base: nearestPackage(process.cwd()), name: 'recordings' })
}

/** The same from another folder; `name` is who named it, for messages. */
export function locateFrom(
  option: string,
  { base, name: source }: { readonly base: string; readonly name: string },
): Store {
  if (option.includes('\0')) throw invalid(source, option, 'holds a NUL, which no path does')
  if (isAbsolute(option) || /^\.{1,2}([/\\]|$)/.test(option))
    return createDirectoryStore(resolve(base, option))
  const name = /^(@[^/]+\/[^/]+|[^@/][^/]*)(?:\/(.+))?$/.exec(option)
  // `@acme/recordings/..` is no folder of that package.
  const isWithin = !option.split(/[/\\]/).includes('..')
  if (!isWithin && option.startsWith('@')) throw invalid(source, option, 'leads out of the package')
  if (name?.[1] !== undefined && isWithin) {
    const folder = packageFolder(name[1], base)
    if (folder !== undefined) return createDirectoryStore(join(folder, name[2] ?? ''))
  }
  if (!option.startsWith('@')) return createDirectoryStore(resolve(base, option))
  throw new WiretapeError('WT_OPTION_INVALID', {
    message: `${source}: the package ${JSON.stringify(option)} is not installed (looked from ${base})`,
    hint: `npm install --save-dev ${name?.[1] ?? option}`,
    details: { option: source, value: option },
  })
}

function invalid(source: string, option: string, fault: string): WiretapeError {
  return new WiretapeError('WT_OPTION_INVALID', {
    message: `${source}: ${JSON.stringify(option)} ${fault}`,
    hint: 'name a folder, a package, or a folder in a package: @acme/recordings/billing',
    details: { option: source, value: option },
  })
}

/** The nearest folder with a package.json, or the folder itself where there is none. */
export function nearestPackage(folder: string): string {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(join(path, 'package.json'))) return path
    if (dirname(path) === path) return folder
  }
}

function packageFolder(name: string, base: string): string | undefined {
  try {
    return dirname(createRequire(join(base, 'package.json')).resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}
