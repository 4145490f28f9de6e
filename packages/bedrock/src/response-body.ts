import { Readable } from 'node:stream'

export interface ResponseBodyOptions {
  /** Reads on whatever the reader does: the SDK tells nobody when its caller stops (`getChunkedStream` has no `return`). */
  readonly isReadAhead: boolean
  readonly signal: AbortSignal
  /** What an abort looks like over HTTP/2: the body ends. Over HTTP/1.1 it fails. */
  readonly endsOnAbort: boolean
}

/** The body of an answer as the SDK takes it, one chunk a read. All that came is given before an error is. */
export function createResponseBody(
  reads: AsyncIterable<Uint8Array>,
  { isReadAhead, signal, endsOnAbort }: ResponseBodyOptions,
): Readable {
  const iterator = reads[Symbol.asyncIterator]()
  let isWanted = false
  let isStopped = false
  let wake = nothing
  const body = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read: () => {
      isWanted = true
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
    if (isWanted || isStopped) return
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }

  async function pump(): Promise<void> {
    try {
      for (;;) {
        if (!isReadAhead) await untilWanted()
        const { done, value } = await iterator.next()
        if (isStopped) return
        isWanted = false
        if (done === true) break
        body.push(value)
      }
      body.push(null)
    } catch (error) {
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
  if (body === undefined || body === null) return
  if (typeof body === 'string') yield Buffer.from(body)
  else if (body instanceof Uint8Array) yield body
  else yield* body as AsyncIterable<Uint8Array>
}

function nothing(): void {
  return undefined
}
