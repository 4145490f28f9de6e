import type { LiveFetch, WireRequest } from '../src/request/wire.ts'
import type { Store } from '../src/store/store.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../src/tape/tape.ts'
import { ask, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

export const OPENAI = 'https://api.openai.com/v1'
export const RESPONSE = 'resp_68a0c1d2e3f4a5b6c7d8e9f0a1b2c3d4'
export const FILE = 'file-9rTjVW6yDHXqKpLmNbVcXz'
export const STORE = 'vs_68a0c1d2e3f481919d0b6a1f2e3d4c5b'

/** Requests that make something, with the id that the provider gives it. */
export const MADE: Readonly<Record<string, readonly [WireRequest, string]>> = {
  response: [jsonRequest(`POST ${OPENAI}/responses`, { model: 'm', input: 'Sun?' }), RESPONSE],
  file: [jsonRequest(`POST ${OPENAI}/files`, { purpose: 'user_data' }), FILE],
  'other file': [jsonRequest(`POST ${OPENAI}/files`, { purpose: 'batch' }), 'file-bbbbbbbbbbbb'],
  'vector store': [jsonRequest(`POST ${OPENAI}/vector_stores`, { name: 'stars' }), STORE],
}

/** Makes something by a request of its own, and gives its name. */
export async function make(tape: Tape, what: string): Promise<string> {
  const [request, original] = MADE[what] ?? [jsonRequest(''), '']
  const { live } = scriptLive(jsonAnswer({ id: original, object: what, output: [] }))
  return ((await ask(tape, request, live)) as { id: string }).id
}

export interface Halved {
  readonly tape: Tape
  readonly names: readonly string[]
  /** The recordings that gave the names. */
  readonly files: readonly (string | null)[]
}

/** A tape whose scope was given these by replay; what follows goes out. */
export async function replayed(
  recordings: string | Store,
  ...things: readonly string[]
): Promise<Halved> {
  const recording = createTape({ mode: 'record', recordings, testId: 'chat > asks' })
  for (const what of things) await make(recording, what)
  await recording.close()
  const tape = createTape({ mode: 'record-if-missing', recordings, testId: 'chat > asks' })
  const names: string[] = []
  for (const what of things) {
    const [request] = MADE[what] ?? []
    const { id } = (await ask(tape, request as WireRequest, never)) as { id: string }
    names.push(id)
  }
  return { tape, names, files: tape.report().replayed.map((entry) => entry.recording) }
}

export function following(previous_response_id: string): WireRequest {
  return jsonRequest(`POST ${OPENAI}/responses`, {
    model: 'm',
    input: 'Moon?',
    previous_response_id,
  })
}

/** A response about these files. */
export function about(...ids: readonly string[]): WireRequest {
  const content = ids.map((id) => ({ type: 'input_file', file_id: id }))
  return jsonRequest(`POST ${OPENAI}/responses`, { model: 'm', input: [{ role: 'user', content }] })
}

export function searching(id: string): WireRequest {
  const tools = [{ type: 'file_search', vector_store_ids: [id] }]
  return jsonRequest(`POST ${OPENAI}/responses`, { model: 'm', input: 'Sun?', tools })
}

export function refusing(message: string, status: number, more: object = {}): LiveFetch {
  return scriptLive(jsonAnswer({ error: { message, ...more } }, status)).live
}
