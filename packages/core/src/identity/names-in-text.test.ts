import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesInText, replaceNames } from './names-in-text.ts'

const DIGITS = '0123456789ab'
const FILE = `file-rec${DIGITS}_1`
const ANSWER = `rec-${DIGITS}`
const KNOWN: ReadonlyMap<string, string> = new Map([
  [FILE, 'FILE'],
  [ANSWER, 'ANSWER'],
  [`rec${DIGITS}_0`, 'SESSION'],
  [`output_rec${DIGITS}_0`, 'OUTPUT'],
])

function restored(text: string): string {
  return replaceNames(text, (name) => KNOWN.get(name))
}

test.each([
  [FILE, 'FILE'],
  [`"${FILE}"`, '"FILE"'],
  [`see:\\n${FILE}\\t${FILE}\\u0007${FILE}`, 'see:\\nFILE\\tFILE\\u0007FILE'],
  [`\\\\n${FILE}`, '\\\\nFILE'],
  [`a%2C${FILE}%2c${FILE}`, 'a%2CFILE%2cFILE'],
  [`a%252C${FILE}`, 'a%252CFILE'],
  [`${FILE}-summary`, 'FILE-summary'],
  [`${FILE}-2`, 'FILE-2'],
  [`${FILE}_2`, 'FILE_2'],
  [`${FILE}.json`, 'FILE.json'],
  [`input_${FILE}/${FILE}:0`, 'input_FILE/FILE:0'],
  [`${FILE}é`, 'FILEé'],
  [`${ANSWER}-summary`, 'ANSWER-summary'],
  [`${ANSWER}_b`, 'ANSWER_b'],
  [`my-${ANSWER}`, 'my-ANSWER'],
  [`rec${DIGITS}_0`, 'SESSION'],
  [`other_rec${DIGITS}_0`, 'other_SESSION'],
  [`output_rec${DIGITS}_0`, 'OUTPUT'],
])('%s is known whatever stands around it', (text, expected) => {
  expect(restored(text)).toBe(expected)
})

test.each([
  `file-rec${DIGITS}_12`,
  `file-rec${DIGITS}-2_1`,
  `${FILE}a`,
  `${FILE}0`,
  `profile-rec${DIGITS}_1`.replace('-', ''),
  `my${FILE}`,
  `rec-${DIGITS}c`,
  `rec-${DIGITS}-2`,
  `rec-${DIGITS}_1`,
  `x${ANSWER}`,
  `file-rec${DIGITS.toUpperCase()}_1`,
  'file-9rTjVW6yDHXqKpLmNbVcXz',
  '',
])('%j holds no name that is known', (text) => {
  expect(restored(text)).toBe(text)
})

test('of what may be meant, the longest comes first', () => {
  expect(namesInText(`see output_${FILE}`)).toEqual([[`output_${FILE}`, FILE, `rec${DIGITS}_1`]])
})

test('what comes before a name may be any text, and what follows any but a letter or digit', () => {
  const around = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(around, around, (before, after) => {
      fc.pre(!/[A-Za-z0-9]$/.test(before) && !/^[A-Za-z0-9]/.test(after))

      expect(restored(before + FILE + after)).toBe(`${before}FILE${after}`)
    }),
  )
})

test('JSON in a string is rewritten as it is outside', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constant(`${FILE} `))), (texts) => {
      const spaced = texts.map((text) => (text === `${FILE} ` ? text : `${text} `)).join('\n')

      expect(JSON.parse(restored(JSON.stringify(spaced)))).toBe(restored(spaced))
    }),
  )
})

test('a long text without names takes no time', () => {
  const text = 'rec_'.repeat(250_000) + 'rec-0123456789a '.repeat(60_000)
  const startedAt = performance.now()

  expect(restored(text)).toBe(text)
  expect(performance.now() - startedAt).toBeLessThan(500)
})
