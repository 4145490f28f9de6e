import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { type Corpus, createCorpus } from './corpus.ts'
import { locateFrom, nearestPackage } from './locate-recordings.ts'
import { MANIFEST_PATH } from './manifest.ts'
import type { Store } from './store.ts'

/** Corpora of one tape, those that manifests name included: links could make a circle look like ever new folders. */
const MOST_CORPORA = 64

/**
 * Each corpus with those that its manifest names behind it; one that is there already is looked up once, so circles end.
 *
 * @throws WT_MANIFEST_INVALID where they are too many, or a package names a folder outside of it
 */
export async function withManifestLayers(named: readonly Corpus[]): Promise<readonly Corpus[]> {
  const known = new Set(named.map(({ store }) => store.name))
  const all: Corpus[] = []
  async function add(corpus: Corpus): Promise<void> {
    all.push(corpus)
    const { store } = corpus
    for (const layer of await corpus.layers()) {
      const next = locateLayer(layer, store)
      if (known.has(next.name)) continue
      known.add(next.name)
      if (known.size > MOST_CORPORA + named.length) throw tooMany(store)
      await add(createCorpus(next))
    }
  }
  for (const corpus of named) await add(corpus)
  return all
}

function locateLayer(layer: string, store: Store): Store {
  const path = store.locate(MANIFEST_PATH)
  const isFolder = isAbsolute(path)
  if (isFolder || layer.startsWith('@')) {
    const base = isFolder ? dirname(path) : nearestPackage(process.cwd())
    if (leavesPackage(layer, base))
      throw invalid(path, `'${layer}' leads out of the package that names it`, {
        cause: 'leads out of its package',
        hint: 'name a folder within the package, or another package, there',
      })
    // What a manifest names is read, never written.
    return { ...locateFrom(layer, { base, name: `layers in ${path}` }), writable: false }
  }
  throw invalid(
    path,
    `'${layer}' is a path, and a corpus outside a folder has none to start from`,
    {
      cause: 'a path',
      hint: 'name a package there, or give the tape both: recordings: [store, folder]',
    },
  )
}

/** What comes from a registry knows nothing of the folders around it. */
function leavesPackage(layer: string, base: string): boolean {
  const folders = base.split(sep)
  const at = folders.lastIndexOf('node_modules')
  if (at === -1 || !/^\.{1,2}([/\\]|$)/.test(layer)) return false
  const length = folders[at + 1]?.startsWith('@') === true ? 3 : 2
  const root = folders.slice(0, at + length).join(sep)
  const way = relative(root, resolve(base, layer))
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}

function tooMany(store: Store): WiretapeError {
  const cause = `more than ${MOST_CORPORA} corpora are named by each other`
  return invalid(store.locate(MANIFEST_PATH), cause, {
    cause,
    hint: 'take out layers that name each other in a circle',
  })
}

function invalid(
  path: string,
  message: string,
  { cause, hint }: { readonly cause: string; readonly hint: string },
): WiretapeError {
  return new WiretapeError('WT_MANIFEST_INVALID', {
    message: `${path}, at /layers: ${message}`,
    hint,
    details: { path, pointer: '/layers', cause },
  })
}
