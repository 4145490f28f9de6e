import type { HeaderList } from '@wiretape/core'
import type { AdapterAnswer, AdapterClient, AdapterRequest } from './adapter-client.ts'

/** An answer that was read to its end. */
export interface Played {
  readonly status: number
  readonly type: string | undefined
  readonly body: Buffer
  /** How many bytes each read brought. */
  readonly reads: readonly number[]
}

/** Sends a request and reads its answer to the end. */
export async function play(client: AdapterClient, request: AdapterRequest): Promise<Played> {
  return readAnswer(await client.send(request))
}

export async function readAnswer({ status, headers, body }: AdapterAnswer): Promise<Played> {
  const reads: Buffer[] = []
  // A copy, in case the client uses its buffers again.
  for await (const read of body) reads.push(Buffer.from(read))
  return {
    status,
    type: headerOf(headers, 'content-type'),
    body: Buffer.concat(reads),
    reads: reads.map(({ length }) => length),
  }
}

export function headerOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1]
}

/** The text of an answer's first read. */
export async function readFirst(reads: AsyncIterator<Uint8Array>): Promise<string> {
  const { done, value } = await reads.next()
  return done === true ? '' : Buffer.from(value).toString()
}

/** What is left to read. */
export async function readRest(reads: AsyncIterator<Uint8Array>): Promise<string> {
  const rest: Uint8Array[] = []
  for (let read = await reads.next(); read.done !== true; read = await reads.next())
    rest.push(read.value)
  return Buffer.concat(rest).toString()
}

/** An error as the caller sees it. */
export interface Failure {
  readonly name: string
  readonly message: string
  /** Its own, or its cause's. */
  readonly code: unknown
}

/** How something fails; undefined where it does not. */
export async function failureOf(step: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await step
    return undefined
  } catch (error) {
    const { name, message, cause } = error as Error
    const code = codeOf(error) ?? codeOf(cause)
    return { name, message, code }
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code
}
