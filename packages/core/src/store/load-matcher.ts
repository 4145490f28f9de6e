import { WiretapeError } from '../errors/wiretape-error.ts'
import { type KeyMatch, nameOfMatch } from '../request/match-options.ts'
import { createMatcher, type Matcher, NO_OPTIONS } from '../request/matcher.ts'
import { configPath, readConfig } from './config-file.ts'

/** Compiled once a process: what is derived from a matcher is kept by its identity. */
const matchers = new Map<string, Matcher>([[NO_OPTIONS.name, NO_OPTIONS]])

/**
 * The options of a key, compiled, with the function that they name.
 *
 * @param where whose options these are, for messages
 * @throws WT_TRANSFORM_MISSING, WT_CONFIG_INVALID
 */
export async function loadMatcher(match: KeyMatch, where: string): Promise<Matcher> {
  const { transform } = match
  const name =
    transform === undefined ? nameOfMatch(match) : `${configPath()} ${nameOfMatch(match)}`
  const known = matchers.get(name)
  if (known !== undefined) return known
  const matcher =
    transform === undefined ? createMatcher(match, { where }) : await withTransform(match, where)
  matchers.set(name, matcher)
  return matcher
}

async function withTransform(match: KeyMatch, where: string): Promise<Matcher> {
  const { path, exists, transforms } = await readConfig()
  const name = String(match.transform)
  const transform = Object.hasOwn(transforms, name) ? transforms[name] : undefined
  if (transform !== undefined) return createMatcher(match, { transform, where })
  throw new WiretapeError('WT_TRANSFORM_MISSING', {
    message: `${where} names the transform '${name}', and ${path} ${exists ? 'does not export it' : 'is not there'}`,
    hint: `export it there: export const transforms = { ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}: (canonical) => canonical }`,
    details: { transform: name, path },
  })
}
