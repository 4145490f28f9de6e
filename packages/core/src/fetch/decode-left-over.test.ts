import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as zlib from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { processState } from '../tape/process-state.ts'
import { createTape } from '../tape/tape.ts'
import { decodeLeftOver } from './decode-left-over.ts'
import { createTapeFetch } from './tape-fetch.ts'

/** `hello` in one frame of zstd (RFC 8878), uncompressed in it: the magic, the head, one last raw block of five bytes. */
const FRAME = Buffer.from('28b52ffd200529000068656c6c6f', 'hex')
const KNOWS_ZSTD = 'createZstdDecompress' in zlib

let server: Server
let url = ''

beforeEach(async () => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'zstd' })
    response.end(FRAME)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
})

afterEach(async () => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function* reads(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const read of body) all.push(read)
  return Buffer.concat(all).toString()
}

const REFUSED =
  'WT_RECORDING_NOT_WRITTEN: the answer has the content-encoding "zstd", which this Node can\'t decode\n' +
  "→ ask for another: headers: { 'accept-encoding': 'gzip' }"

test('zstd, which fetch leaves on, is taken off where this Node can, else it is an error', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })

  const response = await createTapeFetch(tape)(url, { headers: { 'accept-encoding': 'zstd' } })
  const text = await response.text()
  const said = await tape.close().catch((error: unknown) => String(error))

  expect(text).toContain(KNOWS_ZSTD ? 'hello' : JSON.stringify(REFUSED))
  expect(said).toBe(KNOWS_ZSTD ? undefined : `WiretapeError: ${REFUSED}`)
  expect(tape.report().recorded).toHaveLength(KNOWS_ZSTD ? 1 : 0)
})

test('in mode live it is the program’s, as it came', async () => {
  const tape = createTape({ mode: 'live', recordings: createMemoryStore() })

  const response = await createTapeFetch(tape)(url, { headers: { 'accept-encoding': 'zstd' } })

  expect(response.headers.get('content-encoding')).toBe('zstd')
  await tape.close()
})

test.each([
  ['zstd', 'what fetch has taken off already'],
  ['gzip', '\u001f\u008b only looks like it'],
  ['rot13', 'whatever that is'],
  ['zstd', ''],
])('%s: %s is left as it is', async (encoding, text) => {
  const body =
    text === '' ? reads() : reads(Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(5)))

  expect(await textOf(await decodeLeftOver(body, encoding))).toBe(text)
})

test('a source that can’t be decoded is stopped', async () => {
  const stopped = vi.fn<() => void>()
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield FRAME
      yield Buffer.from('never read')
    } finally {
      stopped()
    }
  }

  await expect(decodeLeftOver(source(), 'rot13, zstd')).rejects.toThrow('WT_RECORDING_NOT_WRITTEN')
  expect(stopped).toHaveBeenCalledTimes(1)
})
