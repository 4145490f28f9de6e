import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonArrayFraming } from './json-array.ts'
import { arbitraryCuts, splitText, textsOf } from './splitting.test-fixture.ts'
import { encodeUtf8 } from './utf8.ts'

test('makes a frame of each element with what stands before it, and of the closing bracket', () => {
  const frames = splitText(jsonArrayFraming, '[{"a":"]}"}\n,\r\n{"b":[1]}\n]\n')

  expect(textsOf(frames)).toEqual(['[{"a":"]}"}', '\n,\r\n{"b":[1]}', '\n]', '\n'])
  expect(frames.map((frame) => frame.whole)).toEqual([true, true, true, true])
  const messages = frames.map((frame) => jsonArrayFraming.decode(frame))
  expect(messages).toEqual([{ data: '{"a":"]}"}' }, { data: '{"b":[1]}' }, undefined, undefined])
})

test('finds what stands before an element as its style', () => {
  const styles = splitText(jsonArrayFraming, ' [ {} ,[]\n,\r\n"\\"" , 1]').map((frame) => {
    const message = jsonArrayFraming.decode(frame)
    return message && jsonArrayFraming.detectStyle(frame, message)
  })

  expect(styles).toEqual([{ before: ' [ ' }, { before: ' ,' }, {}, { before: ' , ' }, undefined])
})

test('passes an element on with its last byte', () => {
  const splitter = jsonArrayFraming.createSplitter()

  expect(splitter.push(encodeUtf8('[{"a":{'))).toEqual([])
  expect(textsOf(splitter.push(encodeUtf8('}}')))).toEqual(['[{"a":{}}'])
})

test('reads the elements that JSON.parse reads, wherever reads end', () => {
  const elements = fc.array(fc.oneof(fc.json(), fc.constantFrom('"\\\\"', '1')))

  fc.assert(
    fc.property(elements, arbitraryCuts, fc.boolean(), (texts, cuts, isPretty) => {
      const body = isPretty
        ? JSON.stringify(
            texts.map((text) => JSON.parse(text)),
            null,
            2,
          )
        : `[${texts.join(',')}]`
      const data = splitText(jsonArrayFraming, body, cuts).flatMap((frame) => {
        const message = jsonArrayFraming.decode(frame)
        return message === undefined ? [] : [String(message.data)]
      })
      expect(data.map((text) => JSON.parse(text))).toEqual(JSON.parse(body))
    }),
  )
})

test('has no element in an empty array', () => {
  const frames = splitText(jsonArrayFraming, '[ ]')

  expect(textsOf(frames)).toEqual(['[ ]'])
  expect(frames.map((frame) => jsonArrayFraming.decode(frame))).toEqual([undefined])
})

test.each(['{"error":1}', '[,1]', '[1,]', '[1 2]', '[]x', '\uFEFF[]'])(
  'passes %j on read by read, since it is no array',
  (text) => {
    const splitter = jsonArrayFraming.createSplitter()

    const first = [...splitter.push(encodeUtf8(text)), ...splitter.push(encodeUtf8('more'))]

    expect(first.slice(-2).map((frame) => frame.whole)).toEqual([false, false])
    expect(textsOf(first).join('')).toBe(`${text}more`)
    expect(splitter.end()).toEqual([])
  },
)

test('gives a cut element back as a frame that is not whole', () => {
  const [last, ...others] = splitText(jsonArrayFraming, '[{"a":1')

  expect(last?.whole).toBe(false)
  expect(last && jsonArrayFraming.decode(last)).toBeUndefined()
  expect(others).toEqual([])
})

test('refuses a style that is no separator', () => {
  expect(() => jsonArrayFraming.encode({ data: '1' }, { before: '[0,' })).toThrow(
    'WT_FRAME_INVALID: can\'t write a message as json-array: style.before is "[0,"\n' +
      '→ Set it to one bracket or comma with white space around it, or remove it.',
  )
})
