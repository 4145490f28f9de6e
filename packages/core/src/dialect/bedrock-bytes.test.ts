import { assert, json, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonNode } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { documentInBytes, unwrapJson, unwrapText, wrapJson, wrapText } from './bedrock-bytes.ts'

function payloadOf(text: string, rest: object = {}): JsonNode {
  const bytes = Buffer.from(text, 'utf8').toString('base64')
  return parseJson(JSON.stringify({ bytes, ...rest }))
}

test('what is in the bytes is shown in their place', () => {
  const payload = payloadOf('{"outputText":"hé","index":0.0}', { p: 'abc' })

  expect(printJson(unwrapJson(payload))).toBe('{"bytes":{"outputText":"hé","index":0.0},"p":"abc"}')
  expect(printJson(unwrapText(payloadOf('{"a":1}')))).toBe('{"bytes":{"utf8":"{\\"a\\":1}"}}')
})

test.each([
  ['another spelling', payloadOf('{"a": 1}')],
  ['a text', payloadOf('"text"')],
  ['a number', payloadOf('7')],
  ['no JSON', payloadOf('Sorry')],
  ['no UTF-8', parseJson('{"bytes":"/w=="}')],
  ['base64 that is spelled otherwise', parseJson('{"bytes":"e30"}')],
  ['two of them', parseJson('{"bytes":"e30=","bytes":"e30="}')],
  ['an exception', parseJson('{"message":"Too many tokens"}')],
])('bytes with %s stay', (_, payload) => {
  expect(unwrapJson(payload)).toBe(payload)
  expect(wrapJson(payload)).toBe(payload)
})

test('wrapping is the inverse, to the byte', () => {
  assert(
    property(oneof(json(), string({ unit: 'binary' })), json(), (text, rest) => {
      const payload = payloadOf(text, { rest })
      const printed = printJson(payload)

      expect(printJson(wrapJson(unwrapJson(payload)))).toBe(printed)
      expect(printJson(wrapText(unwrapText(payload)))).toBe(printed)
    }),
  )
})

test('the document is found shown, hidden, and in another spelling', () => {
  const payload = payloadOf('{"done":true}')

  expect(documentInBytes(payload)).toEqual(parseJson('{"done":true}'))
  expect(documentInBytes(unwrapJson(payload))).toEqual(parseJson('{"done":true}'))
  expect(documentInBytes(payloadOf('{"done": true}'))).toEqual(parseJson('{"done":true}'))
  expect(documentInBytes(payloadOf('Sorry'))).toBeUndefined()
})
