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

/** The key and the occurrence in the name of a file that lies where a look-up finds it. */
export function nativeKeyOf(path: string): { hash: string; occurrence: number } | undefined {
  const [, hash, occurrence = '1'] = /\/([0-9a-f]{64})(?:-(\d+))?\.json$/.exec(path) ?? []
  return hash === undefined ? undefined : { hash, occurrence: Number(occurrence) }
}

/** Files that lie in corpora and are no recordings. */
export function isNoRecording(path: string): boolean {
  return /(^|\/)(wiretape|package|package-lock|tsconfig)\.json$/.test(path)
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
