import { createSeededRandom } from '../seeded-random.ts'
import { rewriteTexts } from './body-documents.ts'
import type { WireExchange } from './wire-exchanges.ts'

/** Whoever answers a cassette's program. */
export interface Provider {
  /** The corpus's spelling of an id of this provider's: what the program's requests hold in the corpus. */
  readonly unspell: (id: string) => string
  /** The provider's own spelling of the ids of the corpus in a text. */
  readonly spell: (text: string) => string
  readonly answer: (exchange: WireExchange) => Buffer
}

/** The provider that the corpus was recorded from. */
export const ORIGINAL: Provider = {
  unspell: (id) => id,
  spell: (text) => text,
  answer: ({ response }) => response,
}

/** A provider that mints every one of these ids anew, at another time and with other padding. */
export function churnedProvider(ids: Iterable<string>, seed: number): Provider {
  const random = createSeededRandom(seed + 99)
  const minted = new Map(Array.from(ids, (id) => [id, mintLike(id, random)]))
  const origins = new Map(Array.from(minted, ([id, other]) => [other, id]))
  const spell = (text: string): string => replaceIds(text, minted)
  return {
    spell,
    unspell: (text) => origins.get(text) ?? text,
    answer: ({ response }) => rewriteTexts(response, (text) => withOtherTimes(spell(text), random)),
  }
}

/** A text with these ids replaced; a short one only where it is a string of JSON by itself. */
export function replaceIds(text: string, replacements: ReadonlyMap<string, string>): string {
  const ids = [...replacements.keys()].toSorted((left, right) => right.length - left.length)
  return ids.reduce((result, id) => {
    const name = replacements.get(id) as string
    return id.length >= 16 ? result.replaceAll(id, name) : result.replaceAll(`"${id}"`, `"${name}"`)
  }, text)
}

function withOtherTimes(text: string, random: () => number): string {
  return text
    .replace(
      /("created(?:_at)?":\s*)(1\d{9})/g,
      (_, key: string) => key + String(1_700_000_000 + Math.floor(random() * 9e7)),
    )
    .replace(
      /("obfuscation":\s*")[A-Za-z0-9]*"/g,
      (_, key: string) => `${key}${'x'.repeat(1 + Math.floor(random() * 9))}"`,
    )
}

/** An id of the same length, with the same prefix. */
function mintLike(id: string, random: () => number): string {
  const prefix = /^[A-Za-z]+[_-](?:[a-z]+[_-])?/.exec(id)?.[0].length ?? 0
  const kept = Math.max(prefix, Math.floor(id.length / 3))
  return Array.from(id)
    .map((character, index) => (index < kept ? character : mint(character, random)))
    .join('')
}

const ALPHABETS: readonly (readonly [of: RegExp, alphabet: string])[] = [
  [/[0-9]/, '0123456789'],
  [/[a-f]/, 'abcdef'],
  [/[a-z]/, 'ghijklmnopqrstuvwxyz'],
  [/[A-Z]/, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
]

function mint(character: string, random: () => number): string {
  const alphabet = ALPHABETS.find(([of]) => of.test(character))?.[1] ?? character
  return alphabet[Math.floor(random() * alphabet.length)] as string
}
