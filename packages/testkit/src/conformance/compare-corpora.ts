import type { Store } from '@wiretape/core'

/** A corpus's files by their paths. */
export type Files = ReadonlyMap<string, Uint8Array>

export async function filesOf(store: Store): Promise<Files> {
  const files = new Map<string, Uint8Array>()
  for await (const { path } of store.list())
    files.set(path, (await store.read(path)) ?? new Uint8Array())
  return files
}

/** Where two corpora differ, byte for byte, but for the mapping, the time of recording and the times of reads. */
export function compareFiles(first: Files, second: Files): string[] {
  const paths = new Set([...first.keys(), ...second.keys()])
  return [...paths].flatMap((path) => {
    const left = first.get(path)
    const right = second.get(path)
    if (left === undefined || right === undefined)
      return [
        `${path} was only written by the ${left === undefined ? 'second' : 'first'} recording`,
      ]
    const [one, other] = [lasting(left), lasting(right)]
    return one === other ? [] : [`${path} differs: ${firstDifference(one, other)}`]
  })
}

function lasting(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/^ {2}"id_normalization_mapping": \{[^}]*\},?\n/m, '')
    .replace(/^ {4}"at": "[^"]*",?\n/m, '')
    .replace(/^ {4}"ids": \{[^}]*\},?\n/m, '')
    .replace(/"reads": ?\{[^\n]*\}/, '"reads"')
}

/** What stands around the first character that differs. */
export function firstDifference(left: string, right: string): string {
  let index = 0
  while (index < left.length && left[index] === right[index]) index += 1
  return `…${left.slice(Math.max(0, index - 60), index + 60)}… for …${right.slice(Math.max(0, index - 20), index + 60)}…`
}
