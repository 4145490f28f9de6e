import { type LiveFetch, type Tape, WiretapeError } from '@wiretape/core'
import { abortError, abortSignalOf } from './abort-signal.ts'
import { EVENT_STREAM, isBidirectional, refuseBidirectional } from './bidirectional.ts'
import { sentRequest, wireRequestOf } from './program-request.ts'
import { replayCredentials } from './replay-credentials.ts'
import { noteReplayed } from './replayed-answers.ts'
import { createResponseBody, readsOf } from './response-body.ts'
import type { SmithyHandler, SmithyResponse } from './smithy.ts'
import { asksForCredentials, headersOf } from './wire-request.ts'

/** @public */
export interface TapeHandlerOptions {
  /**
   * What fetches real answers.
   *
   * @defaultValue what a `BedrockRuntimeClient` has by itself, which speaks HTTP/2; made when it is needed
   */
  readonly requestHandler?: SmithyHandler | undefined
}

type HandleArguments = Parameters<SmithyHandler['handle']>
type HandlerOutput = Awaited<ReturnType<SmithyHandler['handle']>>

/** The SDK tells nobody when its caller leaves a stream (`getChunkedStream` has no `return`), so as much is read anyhow. */
const READ_AHEAD = 2 ** 24

/** @public */
export interface TapeHandler extends SmithyHandler {
  updateHttpClientConfig(key: never, value: never): void
  httpHandlerConfigs(): object
  destroy(): void
}

/**
 * A `requestHandler` for clients of the AWS SDK that `withTape` can't be used on. The requests that reach it are signed
 * already, so normalised ids in them go out as they are.
 *
 * An error of wiretape is thrown as it is; the SDK does not retry it, and the tape remembers it.
 *
 * @example
 * new BedrockRuntimeClient({ ...replayCredentials, requestHandler: createTapeHandler(tape) })
 *
 * @public
 */
export function createTapeHandler(tape: Tape, options: TapeHandlerOptions = {}): TapeHandler {
  let inner = options.requestHandler
  // By it the SDK decides which headers it signs; its own handler for Bedrock is of this kind.
  const metadata = inner === undefined ? { handlerProtocol: 'h2' } : inner.metadata

  async function innerHandle(...args: HandleArguments): Promise<HandlerOutput> {
    inner ??= await defaultHandler()
    return inner.handle(...args)
  }

  async function handle(...args: HandleArguments): Promise<HandlerOutput> {
    const [request, handlerOptions] = args
    const made = wireRequestOf(request)
    if (asksForCredentials(request) || tape.passes(made)) return innerHandle(...args)
    if (isBidirectional(request)) {
      await refuseBidirectional(tape, made)
      return innerHandle(...args)
    }
    const signal = abortSignalOf(handlerOptions?.abortSignal)
    const wire = { ...made, signal }
    let isLive = false
    const live: LiveFetch = async (outgoing) => {
      isLive = true
      const { response } = await innerHandle(sentRequest(request, { wire, outgoing }), {
        ...handlerOptions,
        abortSignal: outgoing.signal,
      })
      const { statusCode: status, headers, body } = response
      return { status, headers: headersOf(headers), body: readsOf(body) }
    }
    try {
      const answer = await tape.handle(wire, live)
      const headers = Object.fromEntries(answer.headers)
      const response: SmithyResponse = {
        statusCode: answer.status,
        headers,
        body: createResponseBody(answer.body, {
          readAhead: isLive && headers['content-type'] === EVENT_STREAM ? READ_AHEAD : 0,
          signal,
          endsOnAbort: metadata?.handlerProtocol === 'h2',
        }),
      }
      if (!isLive) noteReplayed(response)
      return { response }
    } catch (error) {
      if (signal.aborted && !WiretapeError.is(error)) throw abortError(signal)
      if (!isLive) noteReplayed(withCause(error))
      throw error
    }
  }

  return {
    ...(metadata && { metadata }),
    handle,
    updateHttpClientConfig: (key, value) => inner?.updateHttpClientConfig?.(key, value),
    httpHandlerConfigs: () => inner?.httpHandlerConfigs?.() ?? {},
    destroy: () => inner?.destroy?.(),
  }
}

/** What the SDK itself talks to Bedrock with. */
async function defaultHandler(): Promise<SmithyHandler> {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime')
  return new BedrockRuntimeClient({ ...replayCredentials }).config.requestHandler
}

/**
 * A failed connection is the cause of what Node says of its streams over HTTP/2, and by the cause the SDK decides whether to
 * try again. A recording has it in the message only.
 */
function withCause(error: unknown): unknown {
  if (!(error instanceof Error) || error.cause !== undefined) return error
  const [, message, code] = /\(caused by: (.*?\b(E[A-Z]{3,})\b.*)\)$/.exec(error.message) ?? []
  return code === undefined
    ? error
    : Object.assign(error, { cause: Object.assign(new Error(message), { code }) })
}
