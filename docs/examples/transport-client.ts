// The client of writing-an-adapter.md, as the contract of adapters wants it: over node:http, without retries or redirects.
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import type { HeaderList, Tape } from '@wiretape/core'
import type { AdapterClient } from '@wiretape/testkit'
import { createTapeTransport, type Transport } from './tape-transport.ts'

export function createClient(tape: Tape, url: string): AdapterClient {
  const agent = new Agent({ keepAlive: true })
  const transport = createTapeTransport(tape, createTransport(agent))
  return {
    send: ({ path, headers, ...request }) => {
      const accepted = { 'accept-encoding': 'gzip, br', ...headers }
      return transport({ ...request, url: url + path, headers: Object.entries(accepted) })
    },
    close: () => agent.destroy(),
  }
}

function createTransport(agent: Agent): Transport {
  return ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(url, { agent, method, headers: Object.fromEntries(headers), signal })
      sent.once('error', reject)
      sent.once('response', (answer: IncomingMessage) => {
        resolve({
          status: answer.statusCode ?? 0,
          headers: pairsOf(answer.rawHeaders),
          body: answer,
        })
      })
      if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
        Readable.from(body).pipe(sent)
      else sent.end(body ?? undefined)
    })
}

function pairsOf(rawHeaders: readonly string[]): HeaderList {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  )
}
