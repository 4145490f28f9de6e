import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

/** One real exchange; bodies are identity-coded. */
export interface WireExchange {
  readonly id: string
  readonly api: string
  /** Exchanges of one cassette are one program's, in the order of `n`. */
  readonly cassette: string
  readonly n: number
  readonly method: string
  readonly url: string
  readonly status: number
  readonly contentType: string
  readonly request: Buffer
  readonly response: Buffer
}

/** Reads a gzipped file of exchanges, one JSON object a line. */
export async function* readWireExchanges(path: string): AsyncGenerator<WireExchange> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) })
  for await (const line of lines) {
    const row = JSON.parse(line) as Record<string, string> & { n: number; status: number }
    yield {
      id: `${String(row['cassette'])}#${row.n}`,
      api: row['api'] ?? '',
      cassette: row['cassette'] ?? '',
      n: row.n,
      method: row['method'] ?? 'POST',
      url: row['url'] ?? '',
      status: row.status,
      contentType: row['content_type'] ?? '',
      request: Buffer.from(row['request_b64'] ?? '', 'base64'),
      response: Buffer.from(row['response_b64'] ?? '', 'base64'),
    }
  }
}
