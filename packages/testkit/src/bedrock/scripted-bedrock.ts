import {
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createAnswerScript } from '../answer-script.ts'
import { readClock } from '../real-timers.ts'
import type { ReceivedRequest, RequestEnding } from '../received-request.ts'
import type { ScriptedProvider } from '../scripted-provider.ts'
import { hangUp } from '../stream-part.ts'
import { bedrockError } from './bedrock-answers.ts'
import { playStreamAnswer } from './play-stream-answer.ts'
import { createTestCertificate } from './test-certificate.ts'

/** A scripted provider that speaks HTTP/2 over TLS, as Bedrock does. @public */
export interface ScriptedBedrock extends ScriptedProvider {
  /** What a client has to trust: a PEM certificate, signed by itself. */
  readonly certificate: string
}

/**
 * Starts a Bedrock on a free port of 127.0.0.1. What no answer is scripted for is a ValidationException, which the SDK does
 * not retry, and an error in `problems`.
 *
 * @public
 * @example
 * await using bedrock = await startScriptedBedrock()
 * bedrock.script(bedrockError(429, 'ThrottlingException'), eventStream(converseEvents({ ids })))
 */
export async function startScriptedBedrock(): Promise<ScriptedBedrock> {
  const { cert, key } = createTestCertificate()
  const requests: ReceivedRequest[] = []
  const script = createAnswerScript({
    name: 'The scripted Bedrock',
    refuse: (message) => bedrockError(400, 'ValidationException', message),
  })
  const { problems } = script
  const sessions = new Set<ServerHttp2Session>()
  let closing: Promise<void> | undefined

  async function handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const ending = new Promise<RequestEnding>((resolve) => {
      stream.once('close', () => resolve(stream.writableFinished ? 'answered' : 'left'))
    })
    const request = await receiveStream(stream, headers, ending).catch(() => undefined)
    // The client left while it was still sending: there is no request to answer.
    if (request === undefined) return
    const n = requests.push(request)
    try {
      await playStreamAnswer(await script.choose(request, n), stream)
    } catch (cause) {
      const name = `${request.method} ${request.url}`
      problems.push(new Error(`The answer to request ${n} failed: ${name}`, { cause }))
      await playStreamAnswer(hangUp({ reset: true }), stream)
    }
  }

  const server = createSecureServer({ cert, key })
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    session.on('error', ignore)
  })
  server.on('stream', (stream, headers) => {
    // Whoever leaves in the middle makes an error of it.
    stream.on('error', ignore)
    void handle(stream, headers)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    for (const session of sessions) session.destroy()
    await closed
    script.throwProblems()
  }

  async function close(): Promise<void> {
    if (closing !== undefined) return closing.catch(ignore)
    closing = stop()
    return closing
  }

  return {
    url: `https://127.0.0.1:${port}`,
    certificate: cert,
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

async function receiveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  ending: Promise<RequestEnding>,
): Promise<ReceivedRequest> {
  const at = readClock()
  const reads: Buffer[] = []
  for await (const read of stream as AsyncIterable<Buffer>) reads.push(read)
  const body = Buffer.concat(reads)
  return {
    method: headers[':method'] ?? 'GET',
    url: headers[':path'] ?? '/',
    headers,
    rawHeaders: Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().flatMap((one) => [name, one]),
    ),
    body,
    at,
    ending,
    json: () => JSON.parse(body.toString()) as unknown,
  }
}

function ignore(): void {
  return undefined
}
