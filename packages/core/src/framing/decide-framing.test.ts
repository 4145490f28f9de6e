import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideFraming, guessFraming } from './framings.ts'

const line = '{"model":"m","done":false}'

const bodies: readonly (readonly [type: string, body: string])[] = [
  ['text/event-stream', 'data: 1\n\n'],
  ['application/json', '{"a":1}'],
  ['application/json', '{"a":1}\n'],
  ['application/json', '{\n  "a": 1\n}\n'],
  ['application/json', '\n\n  {"a":1}'],
  ['application/json', `${line}\n${line}\n`],
  ['application/json', `${line}\r\n${line}\r\n`],
  ['application/json', '[{"a":1}\n,\r\n{"a":2}]'],
  ['application/json', '\n [ {"a":1}]'],
  ['application/json', '[1,2,3]'],
  ['application/json', 'data: {"a":1}\n\ndata: [DONE]\n\n'],
  ['application/json', 'not json at all, and long'],
  ['text/plain', 'some text'],
  ['text/plain', 'data: {"a":1}\n\n'],
  ['application/pdf', '%PDF-1.4 \u0000\u0001 and more of it'],
  ['', '{"a":1}'],
  ['', 'event: x\ndata: 1\n\n'],
  ['', ''],
]

test('what is decided early is what the whole body gives', () => {
  for (const [type, text] of bodies) {
    const body = Buffer.from(text)
    const whole = guessFraming(type, body)
    for (let length = 1; length <= body.length; length++) {
      const decided = decideFraming(type, body.subarray(0, length))
      if (decided === undefined) continue
      const isOpaque = whole === 'text' || whole === 'bytes'
      expect([type, text, length, decided]).toEqual([
        type,
        text,
        length,
        isOpaque ? 'opaque' : whole,
      ])
    }
  }
})

test('a decision stands whatever follows', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.string({
        maxLength: 40,
        unit: fc.constantFrom('{', '}', '[', '"', '\n', ' ', 'd', ':', 'a'),
      }),
      fc.nat(60),
      ([type, text], tail, length) => {
        const start = Buffer.from(text).subarray(0, length)
        const decided = decideFraming(type, start)
        if (decided === undefined) return
        const longer = decideFraming(type, Buffer.concat([start, Buffer.from(tail)]))
        expect(longer).toBe(decided)
      },
    ),
    { numRuns: 500 },
  )
})
