import { expect, test } from 'vitest'
import { ndjsonFraming } from './ndjson.ts'
import { splitText, textsOf } from './splitting.test-fixture.ts'

function readAll(text: string): unknown[] {
  return splitText(ndjsonFraming, text).map((frame) => {
    const message = ndjsonFraming.decode(frame)
    return message && [message.data, ndjsonFraming.detectStyle(frame, message), frame.whole]
  })
}

test('makes a frame of each line, with its newline as style', () => {
  expect(readAll('{"a":1}\n{"b":2}\r\n\n \r\n{"c":3}\n')).toEqual([
    ['{"a":1}', {}, true],
    ['{"b":2}', { newline: '\r\n' }, true],
    undefined,
    undefined,
    ['{"c":3}', {}, true],
  ])
})

test('takes a last line without newline for whole where it parses', () => {
  expect(readAll('{"a":1}\n{"done":true}').at(-1)).toEqual(['{"done":true}', { newline: '' }, true])
  expect(readAll('{"a":1}\n{"done":tr').at(-1)).toEqual(['{"done":tr', { newline: '' }, false])
})

test('does not end a line at a bare carriage return or a line separator', () => {
  const text = '"a\u2028b"\r"c"\n'

  expect(textsOf(splitText(ndjsonFraming, text))).toEqual([text])
})

test('keeps white space and a byte-order mark in the line', () => {
  expect(readAll('\uFEFF {} \n')).toEqual([['\uFEFF {} ', {}, true]])
})

test('keeps a carriage return at the end of the data', () => {
  const bytes = ndjsonFraming.encode({ data: '1\r' })

  expect(Buffer.from(bytes).toString()).toBe('1\r\r\n')
  expect(ndjsonFraming.decode({ bytes, whole: true })).toEqual({ data: '1\r' })
})

test('refuses data that is not one line', () => {
  expect(() => ndjsonFraming.encode({ data: '{\n}' })).toThrow(
    "WT_FRAME_INVALID: can't write a message as ndjson: its data is not one line of text\n" +
      '→ Print it without newlines.',
  )
  expect(() => ndjsonFraming.encode({ data: ' ' })).toThrow('WT_FRAME_INVALID')
})
