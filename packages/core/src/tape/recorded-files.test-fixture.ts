import { parseRecording } from '../recording/parse-recording.ts'
import type { Recording } from '../recording/recording.ts'
import { listPaths } from '../store/store-contract.test-fixture.ts'
import type { Store } from '../store/store.ts'

/** The recordings in a store by their paths, hashes cut to `…`. */
export async function recordingsIn(store: Store): Promise<Record<string, Recording>> {
  const found: Record<string, Recording> = {}
  for (const path of await listPaths(store)) {
    if (path === 'wiretape.json') continue
    const bytes = (await store.read(path)) ?? new Uint8Array()
    found[path.replace(/[0-9a-f]{64}/, '…')] = parseRecording(bytes)
  }
  return found
}

export async function endingsIn(store: Store): Promise<unknown[]> {
  return Object.values(await recordingsIn(store)).map(({ response }) => response.wire?.['ending'])
}
