import { sha256 } from '../request/canonical-json.ts'
import { checkStorePath } from './store-path.ts'
import type { Store } from './store.ts'

let stores = 0

/**
 * A corpus in memory, for tests of programs and for trying things out.
 *
 * @public
 */
export function createMemoryStore(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Store {
  const name = `memory-${++stores}`
  const content = new Map<string, { bytes: Uint8Array; tag: string }>()
  const put = (path: string, bytes: Uint8Array): void => {
    content.set(checkStorePath(path, name), { bytes, tag: sha256(bytes) })
  }
  for (const [path, file] of Object.entries(files))
    put(path, typeof file === 'string' ? Buffer.from(file) : file)
  return {
    name,
    writable: true,
    read: async (path) => content.get(checkStorePath(path, name))?.bytes,
    write: async (path, bytes, options) => {
      if (options?.ifAbsent === true && content.has(path)) return false
      put(path, bytes)
      return true
    },
    list: async function* (folder) {
      for (const [path, { bytes, tag }] of [...content].toSorted(([a], [b]) => (a < b ? -1 : 1)))
        if (folder === undefined || path.startsWith(`${folder}/`))
          yield { path, size: bytes.length, tag }
    },
    delete: async (path) => void content.delete(checkStorePath(path, name)),
    locate: (path) => `${name}:${path}`,
    flush: async () => undefined,
  }
}
