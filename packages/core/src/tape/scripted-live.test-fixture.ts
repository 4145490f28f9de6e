import type { HeaderList } from '../request/headers.ts'
import type { LiveFetch, OutgoingRequest, WireRequest, WireResponse } from '../request/wire.ts'

/** One answer of a provider that a test decides: its head, then its reads. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: HeaderList
  /** The head waits for this. */
  readonly head?: Promise<unknown> | undefined
  readonly body?: readonly string[] | AsyncIterable<Uint8Array>
}

export interface ScriptedLive {
  readonly live: LiveFetch
  /** Every request that was really sent. */
  readonly sent: readonly OutgoingRequest[]
}

/** A provider without sockets: gives these answers in turn, and fails as a network does where one is an error. */
export function scriptLive(...answers: readonly (ScriptedAnswer | Error)[]): ScriptedLive {
  const sent: OutgoingRequest[] = []
  const live = async (request: OutgoingRequest): Promise<WireResponse> => {
    const answer = answers[sent.push(request) - 1]
    if (answer === undefined) throw new Error(`no answer is scripted for request ${sent.length}`)
    if (answer instanceof Error) throw answer
    await Promise.race([answer.head, whenAborted(request.signal)])
    const { status = 200, headers = [['content-type', 'text/event-stream']], body = [] } = answer
    return { status, headers, body: isReads(body) ? readsOf(body) : body }
  }
  return { live, sent }
}

function isReads(body: readonly string[] | AsyncIterable<Uint8Array>): body is readonly string[] {
  return Array.isArray(body)
}

async function* readsOf(reads: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const read of reads) yield Buffer.from(read)
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

/** A body whose reads come when a test says so. */
export interface ManualBody extends AsyncIterable<Uint8Array> {
  /** How many reads were asked for. */
  readonly asked: number
  push(read: string): void
  end(): void
  fail(error: Error): void
}

export function createManualBody(): ManualBody {
  const ready: (IteratorResult<Uint8Array> | Error)[] = []
  let waiting: ((step: IteratorResult<Uint8Array> | Error) => void) | undefined
  let asked = 0
  const give = (step: IteratorResult<Uint8Array> | Error): void => {
    if (waiting === undefined) ready.push(step)
    else waiting(step)
    waiting = undefined
  }
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    asked += 1
    const step =
      ready.shift() ??
      (await new Promise<IteratorResult<Uint8Array> | Error>((resolve) => void (waiting = resolve)))
    if (step instanceof Error) throw step
    return step
  }
  return {
    get asked() {
      return asked
    },
    push: (read) => give({ done: false, value: Buffer.from(read) }),
    end: () => give({ done: true, value: undefined }),
    fail: give,
    [Symbol.asyncIterator]: () => ({ next }),
  }
}

/** The body with which a streamed chat completion is asked for. */
export function chatBody(content: string): string {
  return JSON.stringify({ model: 'gpt-test', messages: [{ role: 'user', content }], stream: true })
}

export function chatRequest(content: string, more: Partial<WireRequest> = {}): WireRequest {
  return {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [['content-type', 'application/json']],
    body: chatBody(content),
    ...more,
  }
}

/** One event of a chat stream; the last of an answer has a reason to finish. */
export function chatEvent(content: string, finishReason: string | null = null): string {
  const choice = { index: 0, delta: { content }, finish_reason: finishReason }
  const chunk = { id: 'chatcmpl-original', object: 'chat.completion.chunk', choices: [choice] }
  return `data: ${JSON.stringify(chunk)}\n\n`
}

/** The reads of a complete chat stream that says this. */
export function chatReads(...contents: readonly string[]): string[] {
  return [
    ...contents.map((content) => chatEvent(content)),
    chatEvent('', 'stop'),
    'data: [DONE]\n\n',
  ]
}

export async function readText({ body }: Pick<WireResponse, 'body'>): Promise<string> {
  const reads: Uint8Array[] = []
  for await (const read of body) reads.push(read)
  return Buffer.concat(reads).toString()
}
