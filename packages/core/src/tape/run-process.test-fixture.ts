import { createTapeFetch } from '../fetch/tape-fetch.ts'
import type { Mode } from './options.ts'
import { createTape, type Tape } from './tape.ts'

/** What a test has another process do. */
export interface Order {
  readonly run: string
  readonly url: string
  readonly recordings: string
  readonly mode: Mode
  /** How many scopes ask at once. */
  readonly scopes: number
  /** `converse` asks twice, the second time with the first answer; `leave` stops after the first read. */
  readonly how: 'converse' | 'ask' | 'leave'
}

/** What became of it. */
export interface Outcome {
  /** What was read, scope by scope; an error's name where there was one. */
  readonly texts: readonly string[]
  readonly recorded: number
  readonly replayed: number
  readonly refused: number
}

interface Message {
  readonly role: string
  readonly content: string
}

const QUESTION: Message = { role: 'user', content: 'Name a planet.' }

let stopping = new AbortController()

/** Takes orders over the channel to its parent; `abort` aborts what is under way. */
export async function main(): Promise<void> {
  process.on('message', (order: Order | 'abort') => {
    if (order === 'abort') stopping.abort()
    else void carryOut(order).then((outcome) => process.send?.(outcome))
  })
  process.send?.('ready')
}

async function carryOut(order: Order): Promise<Outcome> {
  process.env['WIRETAPE_RUN_ID'] = order.run
  stopping = new AbortController()
  const tape = createTape({ mode: order.mode, recordings: order.recordings })
  const names = Array.from({ length: order.scopes }, (_, index) => `${process.pid} ${index}`)
  const texts = await Promise.all(
    names.map((name) =>
      perform(tape.scope(name), order).catch((error: unknown) => (error as Error).name),
    ),
  )
  await tape.close()
  const { recorded, replayed, refused } = tape.report()
  return {
    texts,
    recorded: recorded.length,
    replayed: replayed.length,
    refused: refused.length,
  }
}

async function perform(tape: Tape, { url, how }: Order): Promise<string> {
  const response = await ask(tape, url, [QUESTION])
  if (how === 'leave') {
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    return 'left'
  }
  const first = contentOf(await response.text())
  if (how === 'ask') return first
  const messages = [QUESTION, { role: 'assistant', content: first }, QUESTION]
  return `${first} then ${contentOf(await (await ask(tape, url, messages)).text())}`
}

function ask(tape: Tape, url: string, messages: readonly Message[]): Promise<Response> {
  return createTapeFetch(tape)(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-test', messages, stream: true }),
    signal: stopping.signal,
  })
}

/** What the model said in a stream; the body as it is where it is none. */
function contentOf(body: string): string {
  const chunks = [...body.matchAll(/^data: (\{.*)$/gm)].map(
    ([, data = '']) => JSON.parse(data) as { choices: { delta: { content?: string } }[] },
  )
  if (chunks.length === 0) return body
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
}
