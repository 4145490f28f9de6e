import { Readable } from 'node:stream'

export interface ResponseBodyOptions {
  /** How much is fetched before it is asked for, in bytes. */
  readonly readAhead: number
  readonly signal: AbortSignal
  /** What an abort looks like over HTTP/2: the body ends. Over HTTP/1.1 it fails. */
  readonly endsOnAbort: boolean
}

/** The body of an answer as the SDK takes it, one chunk a read. All that came is given before an error is. */
export function createResponseBody(
  reads: AsyncIterable<Uint8Array>,
  { readAhead, signal, endsOnAbort }: ResponseBodyOptions,
): Readable {
  const iterator = reads[Symbol.asyncIterator]()
  let wanted = readAhead
  let isStopped = false
  let wake = nothing
  const body = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read: () => {
      wanted = Math.max(readAhead, 1)
      wake()
    },
    destroy: (error, done) => {
      stop()
      done(error)
    },
  })

  function stop(): void {
    if (isStopped) return
    isStopped = true
    signal.removeEventListener('abort', abort)
    void iterator.return?.()
    wake()
  }

  function abort(): void {
    stop()
    // What the caller has not read yet is not given any more.
    while (body.readableLength > 0) body.read()
    if (endsOnAbort) body.push(null)
    else body.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
  }

  async function untilWanted(): Promise<void> {
    if (wanted > 0 || isStopped) return
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }

  async function pump(): Promise<void> {
    try {
      for (;;) {
        await untilWanted()
        const { done, value } = await iterator.next()
        if (isStopped) return
        if (done === true) break
        wanted -= value.length
        body.push(value)
      }
      body.push(null)
    } catch (error) {
      if (body.readableLength > 0) wanted = 0
      await untilWanted()
      if (!isStopped) body.destroy(error as Error)
    } finally {
      stop()
    }
  }

  // Where nobody reads, an error is nobody's; it must not end the process.
  body.on('error', nothing)
  signal.addEventListener('abort', abort, { once: true })
  void pump()
  return body
}

/** What a handler gives as a body, read by read. */
export async function* readsOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string' || body instanceof Uint8Array) yield Buffer.from(body as string)
  else yield* (body ?? []) as AsyncIterable<Uint8Array>
}

function nothing(): void {
  return undefined
}
