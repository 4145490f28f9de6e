import type { JsonObject } from '../json/node.ts'
import { type Address, type Corpus, createCorpus, type FoundRecording } from './corpus.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { keyDigitsOf } from '../identity/normalized-id.ts'
import { recordingPath } from './recording-path.ts'
import type { Store } from './store.ts'

/** Corpora one over the other: looked up in order, new recordings go to the first that can be written. */
export interface Layers {
  readonly corpora: readonly Corpus[]
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
  /** Writes to the writable layer, with copies of the earlier occurrences where a lower layer holds them. */
  write(address: Address, document: JsonObject): Promise<void>
}

/** A provider's own id, and the recording that tells it. */
export interface RecordedOriginal {
  readonly name: string
  readonly original: string
  /** The recording's file as a person would open it; null where it was learnt within the process. */
  readonly place: string | null
}

/** The first layer that holds occurrence 1 owns the key: occurrences of two layers never mix. */
export function createLayers(stores: readonly Store[]): Layers {
  const corpora = stores.map(createCorpus)
  const writable = corpora.find(({ store }) => store.writable)

  async function ownerOf(address: Address): Promise<Corpus | undefined> {
    if (corpora.length === 1) return corpora[0]
    for (const corpus of corpora)
      if ((await corpus.find({ ...address, occurrence: 1 })) !== undefined) return corpus
    return undefined
  }

  return {
    corpora,
    writable,
    find: async (address) => {
      if (address.occurrence > 1) return (await ownerOf(address))?.find(address)
      for (const corpus of corpora) {
        const found = await corpus.find(address)
        if (found !== undefined) return found
      }
      return undefined
    },
    originalOf: async (name) => {
      const digits = keyDigitsOf(name)
      if (digits === undefined) return undefined
      for (const corpus of corpora) {
        const found = await corpus.originalsOf(name, digits)
        const [first, second] = [...new Map(found.map((entry) => [entry.original, entry])).values()]
        if (first !== undefined && second !== undefined) throw ambiguous(first, second)
        if (first !== undefined) return first
      }
      return undefined
    },
    nativeOwnerOf: async (address) => {
      if (corpora.length === 1) return corpora[0]
      for (const corpus of corpora)
        if ((await corpus.placeOf({ ...address, occurrence: 1 })) !== undefined) return corpus
      return undefined
    },
    placeOf: (address) => writable?.store.locate(recordingPath(address)) ?? null,
    write: async (address, document) => {
      if (writable === undefined) return
      const owner = address.occurrence > 1 ? await ownerOf(address) : undefined
      if (owner !== undefined && owner !== writable)
        for (let occurrence = 1; occurrence < address.occurrence; occurrence++) {
          const earlier = await owner.find({ ...address, occurrence })
          if (earlier !== undefined)
            await writable.write({ ...address, occurrence }, earlier.document.node, true)
        }
      await writable.write(address, document, false)
    },
  }
}

function ambiguous(first: RecordedOriginal, second: RecordedOriginal): WiretapeError {
  return new WiretapeError('WT_ID_AMBIGUOUS', {
    message: `${first.name} stands for two ids of the provider: in ${String(first.place)} and in ${String(second.place)}`,
    hint: 'delete the one that is out of date, or record the whole test again: WIRETAPE_MODE=record',
    details: { id: first.name, recordings: [first.place, second.place] },
  })
}
