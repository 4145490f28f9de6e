import { member, string, stringMember, withMember } from '../json/access.ts'
import type { JsonObject } from '../json/node.ts'
import type { KeyMatch } from '../request/match-options.ts'
import { type Matcher, NO_OPTIONS } from '../request/matcher.ts'
import { type Address, type Corpus, createCorpus, type FoundRecording } from './corpus.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { keyDigitsOf } from '../identity/normalized-id.ts'
import { withManifestLayers } from './manifest-layers.ts'
import { recordingPath } from './recording-path.ts'
import type { Store } from './store.ts'

/** Corpora one over the other: looked up in order, new recordings go to the first that can be written. */
export interface Layers {
  /** Those that were named; those that manifests name too, once something was looked up. */
  readonly corpora: readonly Corpus[]
  /** The options by which a request is counted and recorded. */
  matcher(): Promise<Matcher>
  /** Where new recordings go; undefined where none can be written. */
  readonly writable: Corpus | undefined
  find(address: Address): Promise<FoundRecording | undefined>
  /**
   * The provider's own id behind a name, from the recording that the digits in the name point at.
   *
   * @throws WT_ID_AMBIGUOUS
   */
  originalOf(name: string): Promise<RecordedOriginal | undefined>
  /** The layer that holds occurrence 1 in its own place. */
  nativeOwnerOf(address: Address): Promise<Corpus | undefined>
  /** Where a new recording goes; null where none can be written. */
  placeOf(address: Address): string | null
  /**
   * Writes to the writable layer, with copies of the earlier occurrences where a lower layer holds them. With `ifAbsent`, a
   * recording that is in its place there stays, and the answer is false.
   */
  write(
    address: Address,
    document: JsonObject,
    options?: { readonly ifAbsent?: boolean },
  ): Promise<boolean>
}

/** A provider's own id, and the recording that tells it. */
export interface RecordedOriginal {
  readonly name: string
  readonly original: string
  /** The recording's file as a person would open it; null where it was learnt within the process. */
  readonly place: string | null
}

/**
 * The first layer that holds occurrence 1 owns the key: occurrences of two layers never mix.
 *
 * @param match the tape's options, which are those of the layer that can be written; undefined takes what its manifest says
 */
export function createLayers(stores: readonly Store[], match?: KeyMatch): Layers {
  const own = stores.find((store) => store.writable) ?? stores[0]
  const named = stores.map((store) => createCorpus(store, store === own ? match : undefined))
  const writable = named.find(({ store }) => store.writable)
  const main = named.find(({ store }) => store === own)
  let corpora: readonly Corpus[] = named
  let expanding: Promise<readonly Corpus[]> | undefined

  function allCorpora(): Promise<readonly Corpus[]> {
    // An error is this look-up's; the next one tries again.
    expanding ??= withManifestLayers(named).then(
      (all) => (corpora = all),
      (error: unknown) => {
        expanding = undefined
        throw error
      },
    )
    return expanding
  }

  async function ownerOf(address: Address): Promise<Corpus | undefined> {
    const all = await allCorpora()
    if (all.length === 1) return all[0]
    for (const corpus of all)
      if ((await corpus.find({ ...address, occurrence: 1 })) !== undefined) return corpus
    return undefined
  }

  return {
    get corpora() {
      return corpora
    },
    matcher: async () => main?.matcher() ?? NO_OPTIONS,
    writable,
    find: async (address) => {
      if (address.occurrence > 1) return (await ownerOf(address))?.find(address)
      for (const corpus of await allCorpora()) {
        const found = await corpus.find(address)
        if (found !== undefined) return found
      }
      return undefined
    },
    originalOf: async (name) => {
      const digits = keyDigitsOf(name)
      if (digits === undefined) return undefined
      for (const corpus of await allCorpora()) {
        const found = await corpus.originalsOf(name, digits)
        const [first, second] = [...new Map(found.map((entry) => [entry.original, entry])).values()]
        if (first !== undefined && second !== undefined) throw ambiguous(first, second)
        if (first !== undefined) return first
      }
      return undefined
    },
    nativeOwnerOf: async (address) => {
      const all = await allCorpora()
      if (all.length === 1) return all[0]
      for (const corpus of all)
        if ((await corpus.placeOf({ ...address, occurrence: 1 })) !== undefined) return corpus
      return undefined
    },
    placeOf: (address) => writable?.store.locate(recordingPath(address)) ?? null,
    write: async (address, document, { ifAbsent = false } = {}) => {
      if (writable === undefined) return false
      const owner = address.occurrence > 1 ? await ownerOf(address) : undefined
      if (owner !== undefined && owner !== writable)
        for (let occurrence = 1; occurrence < address.occurrence; occurrence++) {
          const earlier = await owner.find({ ...address, occurrence })
          if (earlier !== undefined)
            await copyUp(writable, { ...address, occurrence }, earlier.document.node)
        }
      return writable.write(address, document, ifAbsent)
    },
  }
}

/** A copy says the key that it has here: its own layer may have other options. */
async function copyUp(to: Corpus, address: Address, node: JsonObject): Promise<void> {
  const recorded = member(node, 'recorded')
  const key = member(recorded, 'key')
  const isOurs = stringMember(key, 'rule') === 'wiretape/1'
  const copy =
    recorded?.kind === 'object' && key?.kind === 'object' && isOurs
      ? withMember(
          node,
          'recorded',
          withMember(recorded, 'key', withMember(key, 'hash', string(address.hash))),
        )
      : node
  await to.write(address, copy, true)
}

function ambiguous(first: RecordedOriginal, second: RecordedOriginal): WiretapeError {
  return new WiretapeError('WT_ID_AMBIGUOUS', {
    message: `${first.name} stands for two ids of the provider: in ${String(first.place)} and in ${String(second.place)}`,
    hint: 'delete the one that is out of date, or record the whole test again: WIRETAPE_MODE=record',
    details: { id: first.name, recordings: [first.place, second.place] },
  })
}
