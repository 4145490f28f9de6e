import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'

interface CorpusFolder {
  folder(): string
}

/** Folders for corpora, a new one each time, gone after each test. */
export function useCorpusFolder(): CorpusFolder {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) remove(folder)
  })
  return {
    folder: () => {
      const folder = makeFolder()
      folders.push(folder)
      return folder
    },
  }
}

/** One folder for all tests of a file. */
export function useSharedCorpusFolder(): CorpusFolder {
  const folder = makeFolder()
  afterAll(() => remove(folder))
  return { folder: () => folder }
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'wiretape-core-'))
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
