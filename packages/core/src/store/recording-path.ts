import type { Call } from '../dialect/dialect.ts'
import { dialectNamed } from '../dialect/dialects.ts'
import { tool } from '../dialect/tool.ts'

const MODEL_LENGTH = 80

/** `<dialect>/<model>/<key>.json`, the n-th occurrence `<key>-<n>.json`. */
export function recordingPath(address: {
  readonly call: Call
  readonly hash: string
  readonly occurrence: number
}): string {
  const suffix = address.occurrence > 1 ? `-${address.occurrence}` : ''
  return `${modelFolder(address.call)}/${address.hash}${suffix}.json`
}

/** `<dialect>/<model>`: the folder in which the recordings of a call's model lie. */
export function modelFolder(call: Call): string {
  return `${call.dialect.name}/${folderName(call.model ?? '-')}`
}

/** Whether a file lies where a look-up finds it. */
export function isNativePath(path: string): boolean {
  const [dialect = '', model, name = '', ...rest] = path.split('/')
  return (
    rest.length === 0 &&
    model !== undefined &&
    /^[0-9a-f]{64}(-\d+)?\.json$/.test(name) &&
    (dialectNamed(dialect) !== undefined || dialect === tool.name)
  )
}

/** A model as a folder's name: percent-encoded outside `[a-z0-9._-]`, so that no file system folds two into one. */
function folderName(model: string): string {
  let name = ''
  for (const byte of Buffer.from(model, 'utf8')) {
    const character = String.fromCharCode(byte)
    const plain = /[a-z0-9._-]/.test(character) && !(name === '' && character === '.')
    const encoded = plain ? character : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`
    if (name.length + encoded.length > MODEL_LENGTH) break
    name += encoded
  }
  return name === '' ? '-' : name
}
