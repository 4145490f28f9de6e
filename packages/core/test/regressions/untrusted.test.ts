import { expect, test } from 'vitest'
import { assemble, disassemble } from '../../src/recording/assemble.ts'
import { formatRecording, parseRecording } from '../../src/recording/parse-recording.ts'
import { requestKey } from '../../src/request/recording-key.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import {
  readText,
  type ScriptedAnswer,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { playRecording } from '../../src/tape/play-recording.ts'
import { createTape } from '../../src/tape/tape.ts'
import { errorOf, HEADERS, isolateTapes, jsonRequest, never } from '../tapes.test-fixture.ts'

isolateTapes()

const REQUEST = '"request":{"method":"POST","url":"http://localhost/v1/chat/completions"}'

/** What the program sees while it records, and what it sees afterwards. */
async function seenTwice(answer: ScriptedAnswer): Promise<[recorded: string, replayed: string]> {
  const recordings = createMemoryStore()
  const request = jsonRequest('POST http://localhost:11434/api/generate', { model: 'm' })
  const tape = createTape({ mode: 'record', recordings })
  const recorded = await readText(await tape.handle(request, scriptLive(answer).live))
  await tape.close()
  const again = createTape({ recordings })
  return [recorded, await readText(await again.handle(request, never))]
}

test.each(['constructor', '__proto__', 'toString'])(
  'a recording with a member called %s is formatted',
  (name) => {
    const text = `{${REQUEST},"response":{},"${name}":{"a":1}}`

    expect(formatRecording(parseRecording(text))).toContain(`"${name}": {"a":1}`)
  },
)

test('a chunk whose type is an object that is no text is none that a dialect knows', () => {
  const odd = { __type__: { toString: 1, valueOf: 1 }, __data__: {} }

  expect(() => assemble([odd])).toThrow('WT_OPTION_INVALID')
  expect(() => disassemble(odd)).toThrow('WT_OPTION_INVALID')
})

const ODD = { toString: 1, valueOf: 1 }

test('indexes and types that are objects count as none', () => {
  const added = { type: 'response.output_item.added', output_index: ODD, item: { type: 'message' } }
  const start = { type: 'content_block_start', index: ODD, content_block: { type: 'text' } }

  expect(assemble([added, { type: ODD }])).toEqual({
    object: 'response',
    output: [{ type: 'message' }],
  })
  expect(
    assemble([start, { type: 'content_block_delta', index: 0, delta: { type: ODD } }]),
  ).toEqual({
    content: [{ type: 'text' }],
  })
})

test('an index of four billion makes no list of four billion', () => {
  const delta = {
    type: 'response.output_text.delta',
    output_index: 4_294_967_294,
    content_index: 4_294_967_294,
    delta: 'a',
  }
  const annotation = {
    type: 'response.output_text.annotation.added',
    output_index: 4_294_967_294,
    content_index: 4_294_967_294,
    annotation_index: 1e9,
    annotation: { type: 'b' },
  }

  expect(assemble([delta, annotation, delta])).toMatchObject({
    output: [{ content: [{ text: 'aa', annotations: [{ type: 'b' }] }] }],
  })
})

test('an item whose type is a name of the prototype has no events of its own', () => {
  const whole = { object: 'response', status: 'constructor', output: [{ type: 'constructor' }] }

  expect(disassemble(whole).map((event) => (event as { type: string }).type)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.output_item.done',
    'response.completed',
  ])
})

test('a hundred thousand citations are put together in no time', () => {
  const delta = { type: 'citations_delta', citation: {} }
  const events = Array.from({ length: 100_000 }, () => ({ type: 'content_block_delta', delta }))
  const start = process.cpuUsage()

  const { content } = assemble(events) as { content: { citations: unknown[] }[] }

  expect(content[0]?.citations).toHaveLength(100_000)
  expect(process.cpuUsage(start).user).toBeLessThan(1e6)
})

test('the names of a mapping are no patterns of a replacement', () => {
  const text = `{${REQUEST},"response":{"body":"call_1"},"id_normalization_mapping":{"$&$&":"call_1"}}`

  expect(parseRecording(text).response.body).toBe('$&$&')
})

test('an exception of OGX with a status that no answer has is a 500', () => {
  const text = `{${REQUEST},"response":{"body":null,"is_exception":true,"exception_data":{"status_code":1e999}}}`

  expect(playRecording(parseRecording(text)).status).toBe(500)
})

test('OGX’s rule takes no square of the time for braces that are not closed', () => {
  const recording = parseRecording(`{${REQUEST},"response":{}}`)
  recording.request.body = { a: 'attributes: {'.repeat(50_000) }
  const start = process.cpuUsage()

  requestKey(recording, { rule: 'ogx' })

  expect(process.cpuUsage(start).user).toBeLessThan(1e6)
})

test.each([
  ['in one read', ['short']],
  ['in reads of one byte', Array.from('a text of more than sixteen bytes')],
])('a text %s reaches the program that records it', async (_, body) => {
  const seen = await seenTwice({ headers: [['content-type', 'text/plain']], body })

  expect(seen).toEqual([body.join(''), body.join('')])
})

test.each([479, 481, 600, 5000])(
  'an answer that nests %i levels deep can be replayed',
  async (levels) => {
    const body = '['.repeat(levels) + ']'.repeat(levels)
    const seen = await seenTwice({ headers: HEADERS, body: [`{"a":${body}}`] })

    expect(seen).toEqual([`{"a":${body}}`, `{"a":${body}}`])
  },
)

test('an answer with a status that no recording may have reaches the program, and is not kept', async () => {
  const recordings = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings })
  const request = jsonRequest('GET http://localhost/a')

  const { status } = await tape
    .handle(request, scriptLive({ status: 999, body: [] }).live)
    .then(async (response) => {
      await readText(response)
      return response
    })

  expect(status).toBe(999)
  const error = await errorOf(tape.close())
  expect(error.code).toBe('WT_RECORDING_NOT_WRITTEN')
  expect(error.message).toContain(
    'would not be readable: expected a status from 200 to 599 or null, found 999, at /response/status',
  )
})

/** A recording whose id `resp_rec0123456789ab_0` stands for this. */
function namedFor(original: string): string {
  return `{"version":1,${REQUEST},"response":{},"id_normalization_mapping":{"resp_rec0123456789ab_0":${JSON.stringify(original)}}}`
}

test('an id that a recording has for a name goes nowhere unless it can be one', async () => {
  const sent: string[] = []
  for (const original of ['..', 'a\r\nb', 'a b', '\ud800', 'resp_1']) {
    const name = `${'0123456789ab'.padEnd(64, '0')}.json`
    const recordings = createMemoryStore({ [name]: namedFor(original) })
    const tape = createTape({ mode: 'record', recordings })
    const { live, sent: requests } = scriptLive({ headers: HEADERS, body: ['{}'] })
    const request = jsonRequest('GET https://api.openai.com/v1/responses/resp_rec0123456789ab_0')
    await readText(await tape.handle(request, live))
    sent.push(requests[0]?.url ?? '')
  }

  const unchanged = 'https://api.openai.com/v1/responses/resp_rec0123456789ab_0'
  expect(sent).toEqual([
    unchanged,
    unchanged,
    unchanged,
    unchanged,
    'https://api.openai.com/v1/responses/resp_1',
  ])
})
