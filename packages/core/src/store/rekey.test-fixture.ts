import type { MatchOptions } from '../request/match-options.ts'
import type { WireRequest } from '../request/wire.ts'
import { createTape } from '../tape/tape.ts'
import {
  chatReads,
  readText,
  type ScriptedAnswer,
  scriptLive,
} from '../tape/scripted-live.test-fixture.ts'
import type { TapeOptions } from '../tape/options.ts'
import { listPaths } from './store-contract.test-fixture.ts'
import type { Store } from './store.ts'

export const DATE: MatchOptions = {
  replace: [{ path: 'body.messages[].content', pattern: '\\d{4}-\\d\\d-\\d\\d', with: '<date>' }],
}
export const SEED: MatchOptions = { ignore: ['body.seed'] }

export function ask(content: string, more: object = {}): WireRequest {
  return {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({
      model: 'gpt-test',
      messages: [{ role: 'user', content }],
      stream: true,
      ...more,
    }),
  }
}

async function never(): Promise<never> {
  throw new Error('a replay went live')
}

/** How many answers were ever recorded: each says its number. */
let answers = 0

/** What the last answer says, or one so many before it. */
export function lastAnswer(before = 0): string {
  return `answer${answers - before}`
}

/** Asks these in turn, where they are not recorded yet. */
export async function record(
  recordings: Store,
  requests: readonly WireRequest[],
  options: TapeOptions = {},
): Promise<void> {
  const tape = createTape({ mode: 'record-if-missing', ...options, recordings })
  for (const request of requests) {
    const answer: ScriptedAnswer = { body: chatReads(`answer${++answers}`) }
    await readText(await tape.handle(request, scriptLive(answer).live))
  }
  await tape.close()
}

/** What the corpus answers, in turn; `-` where it misses. */
export async function replay(
  recordings: Store,
  requests: readonly WireRequest[],
  options: TapeOptions = {},
): Promise<string[]> {
  const tape = createTape({ mode: 'replay', ...options, recordings })
  const texts: string[] = []
  for (const request of requests)
    try {
      const text = await readText(await tape.handle(request, never))
      texts.push(/"content":"(\w+)"/.exec(text)?.[1] ?? '')
    } catch (error) {
      tape.acknowledge(error)
      texts.push('-')
    }
  await tape.close()
  return texts
}

export async function filesOf(store: Store): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const path of await listPaths(store))
    files[path] = Buffer.from((await store.read(path)) ?? []).toString()
  return files
}

export async function keysOf(store: Store): Promise<unknown> {
  const text = Buffer.from((await store.read('wiretape.json')) ?? []).toString()
  return (JSON.parse(text) as { keys: unknown }).keys
}

/** The files' content but for what a move may change, by the answers that they hold. */
export async function contentOf(store: Store): Promise<string[]> {
  return Object.entries(await filesOf(store))
    .filter(([path]) => path !== 'wiretape.json')
    .map(([, text]) =>
      text.replace(/"hash": "[0-9a-f]{64}"/, '"hash"').replace(/"occurrence": \d+/, '"occurrence"'),
    )
    .toSorted()
}
