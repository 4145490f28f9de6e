import { writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createTapeFetch, type Fetch } from '../../src/fetch/tape-fetch.ts'
import type { OutgoingRequest, WireRequest, WireResponse } from '../../src/request/wire.ts'
import type { Mode } from '../../src/tape/options.ts'
import { createTape, type Tape } from '../../src/tape/tape.ts'

/** What a test has another process do. */
export interface ProgramOrder {
  readonly recordings: string
  readonly mode: Mode
  /** Stands in every answer to this process. */
  readonly attempt: number
  /** Questions to ask, in this order. */
  readonly questions: readonly number[]
  readonly atOnce: number
  /** Where to ask; where there is none, the process answers itself, which starts faster. */
  readonly url?: string
  /** Calls `process.exit` once so many answers were given, in the middle of others. */
  readonly exitAfter?: number
}

/** What it says last. */
export interface ProgramCounts {
  readonly recorded: number
  readonly replayed: number
  readonly refused: number
  /** How often it asked a provider. */
  readonly fetched: number
}

/** What every answer to a process holds. */
export function answerOf(attempt: number): string {
  return `attempt ${attempt}.`
}

type QuestionKind = 'tool' | 'image' | 'whole' | 'stream'

function kindOf(question: number): QuestionKind {
  if (question % 7 === 0) return 'tool'
  if (question % 11 === 0) return 'image'
  return question % 5 === 0 ? 'whole' : 'stream'
}

/** Asks what it is told, and says the number of each question once it was given the end of its answer. */
async function run(order: ProgramOrder): Promise<void> {
  const tape = createTape({ mode: order.mode, recordings: order.recordings })
  const left = [...order.questions].toReversed()
  let given = 0

  async function work(): Promise<void> {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      await ask(tape, order, next)
      // Written at once, whatever becomes of this process.
      writeSync(1, `${next}\n`)
      if ((given += 1) === order.exitAfter) process.exit(0)
    }
  }

  writeSync(1, 'ready\n')
  await Promise.all(Array.from({ length: order.atOnce }, work))
  await tape.close()
  const { recorded, replayed, refused } = tape.report()
  const counts: ProgramCounts = {
    recorded: recorded.length,
    replayed: replayed.length,
    refused: refused.length,
    fetched,
  }
  writeSync(1, `${JSON.stringify(counts)}\n`)
}

let fetched = 0

async function ask(tape: Tape, { attempt, url }: ProgramOrder, question: number): Promise<void> {
  const kind = kindOf(question)
  if (kind === 'tool') {
    const tool = { provider: 'durability', tool_name: 'count' }
    await tape.call(tool, { question }, () => {
      fetched += 1
      return answerOf(attempt)
    })
    return
  }
  const body = JSON.stringify(requestBody(question, kind))
  const headers = { 'content-type': 'application/json', 'x-attempt': String(attempt) }
  if (url !== undefined) {
    const target = `${url}/v1/chat/completions`
    const countedFetch: Fetch = (input, init) => {
      fetched += 1
      return fetch(input, init)
    }
    const tapeFetch = createTapeFetch(tape, { fetch: countedFetch })
    await (await tapeFetch(target, { method: 'POST', headers, body })).text()
    return
  }
  const request: WireRequest = {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: Object.entries(headers),
    body,
  }
  const response = await tape.handle(request, answerSelf)
  for await (const _ of response.body) continue
}

function requestBody(question: number, kind: QuestionKind): object {
  const text = { type: 'text', text: `question ${question}` }
  // Long enough to be a file of its own.
  const url = `data:image/png;base64,${Buffer.alloc(60_000, `${question} `).toString('base64')}`
  const content = kind === 'image' ? [text, { type: 'image_url', image_url: { url } }] : [text]
  return {
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
    stream: kind !== 'whole',
  }
}

/** A provider in the process itself. */
async function answerSelf({ headers, body }: OutgoingRequest): Promise<WireResponse> {
  fetched += 1
  const attempt = Number(headers.find(([name]) => name === 'x-attempt')?.[1])
  const isStream = Buffer.from(body ?? [])
    .toString()
    .includes('"stream":true')
  const type = isStream ? 'text/event-stream' : 'application/json'
  return {
    status: 200,
    headers: [['content-type', type]],
    body: isStream ? stream(attempt) : whole(attempt),
  }
}

async function* whole(attempt: number): AsyncGenerator<Uint8Array> {
  const message = { role: 'assistant', content: answerOf(attempt) }
  const choices = [{ index: 0, message, finish_reason: 'stop' }]
  yield Buffer.from(JSON.stringify({ id: `chatcmpl-${attempt}-original`, choices }))
}

async function* stream(attempt: number): AsyncGenerator<Uint8Array> {
  const event = (delta: object, finish_reason: string | null): Buffer => {
    const choices = [{ index: 0, delta, finish_reason }]
    return Buffer.from(
      `data: ${JSON.stringify({ id: `chatcmpl-${attempt}-original`, choices })}\n\n`,
    )
  }
  yield event({ role: 'assistant', content: answerOf(attempt) }, null)
  await nextTurn()
  yield event({}, 'stop')
  await nextTurn()
  yield Buffer.from('data: [DONE]\n\n')
}

const order = process.argv[2]
if (order?.startsWith('{') === true) await run(JSON.parse(order) as ProgramOrder)
