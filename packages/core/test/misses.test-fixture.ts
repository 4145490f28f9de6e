import type { WireRequest } from '../src/request/wire.ts'
import type { Store } from '../src/store/store.ts'
import { jsonRequest } from './tapes.test-fixture.ts'

/** A question to a model. */
export function chat(content: string, more: object = {}): WireRequest {
  return jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-4o',
    messages: [{ role: 'user', content }],
    ...more,
  })
}

/** The recordings of a corpus. */
export async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) if (path !== 'wiretape.json') paths.push(path)
  return paths
}
