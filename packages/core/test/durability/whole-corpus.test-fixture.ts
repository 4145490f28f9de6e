import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { formatRecording, parseRecording } from '../../src/index.ts'

/** What lies in a corpus, every file of it read and found whole. */
export interface WholeCorpus {
  /** The text of each recording by the question that it answers. */
  readonly recordings: Map<number, string>
  /** How many files there are, of any kind. */
  files: number
  /** Files that a writer left which is gone. */
  temporaries: readonly string[]
}

/** Reads what changed in a corpus since the last time. */
export function createCorpusReader(folder: string): () => Promise<WholeCorpus> {
  const corpus: WholeCorpus = { recordings: new Map(), files: 0, temporaries: [] }
  const seen = new Map<string, string>()
  return async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    corpus.temporaries = paths.filter(isTemporary)
    corpus.files = paths.length - corpus.temporaries.length
    for (const path of paths) {
      if (isTemporary(path)) continue
      const { ino, mtimeMs, size } = await stat(path)
      const state = `${ino} ${mtimeMs} ${size}`
      if (seen.get(path) === state) continue
      seen.set(path, state)
      const read = checkFile(path, await readFile(path))
      if (read !== undefined) corpus.recordings.set(read.question, read.text)
    }
    return corpus
  }
}

function isTemporary(path: string): boolean {
  return basename(path).startsWith('.wiretape-')
}

function checkFile(
  path: string,
  bytes: Buffer,
): { readonly question: number; readonly text: string } | undefined {
  const text = bytes.toString()
  if (path.includes('/blobs/')) {
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (hash !== basename(path)) throw new Error(`${path} is not what its name says`)
    return undefined
  }
  if (basename(path) === 'wiretape.json') {
    if ((JSON.parse(text) as { format: number }).format !== 1) throw new Error(`${path} is torn`)
    return undefined
  }
  const recording = parseRecording(text)
  // The last brace is there, and nothing beyond it.
  if (formatRecording(recording) !== text) throw new Error(`${path} is not as it was written`)
  const [, asTool, inText] = /"question": ?(\d+)|"question (\d+)"/.exec(text) ?? []
  const question = asTool ?? inText
  if (question === undefined) throw new Error(`${path} holds no question`)
  return { question: Number(question), text }
}
