import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import {
  createTape,
  formatRecording,
  parseRecording,
  type Recording,
  requestKey,
  type Tape,
} from '@wiretape/core'
import { answerThroughClient } from './ogx-client.ts'
import type { ConformanceReport } from './report.ts'

/**
 * Reads every OGX recording below a folder, formats it twice, compares its name with rule `ogx`, and has those that hold an
 * HTTP exchange answer a real client.
 */
export async function checkOgxFolder(folder: string): Promise<ConformanceReport> {
  const failures: string[] = []
  const kinds = new Map<string, number>()
  const tapes = new Map<string, Tape>()
  let files = 0
  let named = 0
  for (const path of await recordingsBelow(folder)) {
    files += 1
    const place = relative(folder, path)
    try {
      const text = await readFile(path, 'utf8')
      const recording = parseRecording(text)
      if (isUnstable(recording)) failures.push(`${place}: formatting twice changes it`)
      if (isNamedByRule(recording, path)) named += 1
      const tape =
        tapes.get(dirname(path)) ?? createTape({ recordings: dirname(path), repeats: 'last' })
      tapes.set(dirname(path), tape)
      const kind = await answerThroughClient(tape, JSON.parse(text) as Recording)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    } catch (error) {
      failures.push(
        `${place}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`,
      )
    }
  }
  const lines = [...kinds].map(([kind, count]) => `  ${kind}: ${count}`)
  return {
    counts: [`${folder}: ${files} recordings read`, `  named by rule ogx: ${named}`, ...lines],
    failures,
  }
}

async function recordingsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted((left, right) => (left < right ? -1 : 1))
}

function isUnstable(recording: Recording): boolean {
  const once = formatRecording(recording)
  return formatRecording(parseRecording(once)) !== once
}

/** Names are `<hash>.json`, and `models-<hash>-<digest>.json` for lists of models. */
function isNamedByRule(recording: Recording, path: string): boolean {
  const hash = /(?:^models-)?([0-9a-f]{64})/.exec(basename(path))?.[1]
  try {
    return requestKey(recording, { rule: 'ogx' }).hash === hash
  } catch {
    return false
  }
}
