/** Reads one read of a response's body as text; undefined at its end. */
export type ReadNext = () => Promise<string | undefined>

/** The reads of a response, one by one, as they come over the wire. */
export function openReads(response: Response): ReadNext {
  if (response.body === null) throw new Error('The response has no body')
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  return async () => {
    const { done, value } = await reader.read()
    return done ? undefined : decoder.decode(value, { stream: true })
  }
}

/** All reads of a response as bytes. */
export async function listReads(response: Response): Promise<Uint8Array[]> {
  const reads: Uint8Array[] = []
  for await (const read of response.body ?? []) reads.push(read)
  return reads
}
