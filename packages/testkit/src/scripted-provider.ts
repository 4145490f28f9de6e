import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AnswerFunction, createAnswerScript } from './answer-script.ts'
import { json, type Answer } from './answers.ts'
import { createDeferred } from './deferred.ts'
import { openaiErrorBody } from './error-answers.ts'
import { playAnswer, type AnswerTarget } from './play-answer.ts'
import { receiveRequest, type ReceivedRequest, type RequestEnding } from './received-request.ts'
import { hangUp } from './stream-part.ts'

/** @public */
export interface ScriptedProviderOptions {
  /**
   * What is answered when the script has run out.
   *
   * @defaultValue status 501, and an error in `problems`
   */
  readonly answer?: Answer | AnswerFunction | undefined
}

/** A provider of which a test decides every answer. @public */
export interface ScriptedProvider extends AsyncDisposable {
  /** The origin, e.g. `http://127.0.0.1:41234`. */
  readonly url: string
  /** What a client has to trust: a PEM certificate. Undefined where the provider does not speak TLS. */
  readonly certificate?: string | undefined
  /** Every request whose body came whole, in the order in which it did. */
  readonly requests: readonly ReceivedRequest[]
  /** How many scripted answers nobody has asked for yet. */
  readonly scriptedLeft: number
  /** Requests that no answer was scripted for, and errors that answer functions threw. */
  readonly problems: readonly Error[]
  /** Adds answers to the end of the script: each is given once, in order. */
  script(...answers: readonly (Answer | AnswerFunction)[]): void
  /** Sets what is answered when the script has run out. */
  answer(answer: Answer | AnswerFunction): void
  /** Hands over the problems that a test expected, and forgets them. */
  takeProblems(): Error[]
  /**
   * Stops listening and ends every connection at once. Closing again does nothing.
   *
   * @throws AggregateError with the problems that were not taken, so that no test passes by luck
   */
  close(): Promise<void>
}

/**
 * Starts a provider on a free port of 127.0.0.1, over real sockets.
 *
 * @public
 * @example
 * await using provider = await startScriptedProvider()
 * provider.script(rateLimited(), json({ object: 'list', data: [] }))
 */
export async function startScriptedProvider(
  options: ScriptedProviderOptions = {},
): Promise<ScriptedProvider> {
  const requests: ReceivedRequest[] = []
  const script = createAnswerScript({
    name: 'The scripted provider',
    refuse: (message) => refuse(501, message),
    otherwise: options.answer,
  })
  const { problems } = script
  let closing: Promise<void> | undefined

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const ending = createDeferred<RequestEnding>()
    let hasHungUp = false
    const target: AnswerTarget = {
      response,
      onHangUp: () => {
        hasHungUp = true
      },
    }
    response.once('close', () => {
      const isCut = hasHungUp || closing !== undefined
      ending.resolve(response.writableFinished ? 'answered' : isCut ? 'hung-up' : 'left')
    })
    const request = await receiveRequest(incoming, ending.promise).catch(() => undefined)
    // The client left while it was still sending: there is no request to answer.
    if (request === undefined) return
    const n = requests.push(request)
    try {
      await playAnswer(await script.choose(request, n), target)
    } catch (cause) {
      const name = `${request.method} ${request.url}`
      const message = `The answer to request ${n} failed: ${name}: ${String(cause)}`
      problems.push(new Error(message, { cause }))
      await playAnswer(response.headersSent ? hangUp() : refuse(500, message), target)
    }
  }

  const server = createServer((incoming, response) => void handle(incoming, response))
  // A connection that a slow test leaves idle must not be closed under a client that is about to
  // use it.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    server.closeAllConnections()
    await closed
    script.throwProblems()
  }

  async function close(): Promise<void> {
    if (closing !== undefined) return closing.catch(() => {})
    closing = stop()
    return closing
  }

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    problems,
    get scriptedLeft(): number {
      return script.count()
    },
    script(...answers): void {
      script.add(answers)
    },
    answer(answer): void {
      script.setOtherwise(answer)
    },
    takeProblems: () => problems.splice(0),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function refuse(status: number, message: string): Answer {
  return json(openaiErrorBody(message, 'testkit_error'), {
    status,
    // SDKs would ask three times before they show what is wrong.
    headers: { 'x-should-retry': 'false' },
  })
}
