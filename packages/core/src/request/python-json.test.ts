import { expect, test } from 'vitest'
import { parseJson } from '../json/parse.ts'
import {
  compareByCodePoint,
  printPythonFixed,
  printPythonFloat,
  printPythonJson,
  pythonRound,
} from './python-json.ts'

// Expected texts are what Python 3.11 gives for the expression above each table.

// json.dumps(json.loads(text))
test.each([
  ['0.0', '0.0'],
  ['-0.0', '-0.0'],
  ['1.0', '1.0'],
  ['0.1', '0.1'],
  ['0.0001', '0.0001'],
  ['0.00001', '1e-05'],
  ['1e-05', '1e-05'],
  ['0.00012345', '0.00012345'],
  ['1e15', '1000000000000000.0'],
  ['1e16', '1e+16'],
  ['1e+16', '1e+16'],
  ['123456789012345680.0', '1.2345678901234568e+17'],
  ['9007199254740993.0', '9007199254740992.0'],
  ['9999999999999998.0', '9999999999999998.0'],
  ['1E400', 'Infinity'],
  ['-1e999', '-Infinity'],
  ['5e-324', '5e-324'],
  ['1.7976931348623157e308', '1.7976931348623157e+308'],
  ['2.2250738585072014e-308', '2.2250738585072014e-308'],
  ['1e22', '1e+22'],
  ['1e23', '1e+23'],
  ['0.30000000000000004', '0.30000000000000004'],
  ['1.10', '1.1'],
  ['100.0', '100.0'],
  ['12345.678e-2', '123.45678'],
  ['1e0', '1.0'],
  ['0e0', '0.0'],
  ['-9.5e-7', '-9.5e-07'],
  ['4.35', '4.35'],
  ['123456789.125', '123456789.125'],
  ['2e-3', '0.002'],
])('the float %s is printed as Python prints it', (text, expected) => {
  const node = parseJson(text)

  const printed = printPythonJson(node)

  expect(printed).toBe(expected)
})

// json.dumps(json.loads(text))
test.each([
  ['0', '0'],
  ['-0', '0'],
  ['7', '7'],
  ['-12', '-12'],
  ['12345678901234567890', '12345678901234567890'],
  ['100000000000000000000000000000001', '100000000000000000000000000000001'],
])('the integer %s stays an integer', (text, expected) => {
  const node = parseJson(text)

  const printed = printPythonJson(node)

  expect(printed).toBe(expected)
})

// repr(round(value, 5))
test.each([
  [0.015625, '0.01562'],
  [0.046875, '0.04688'],
  [-0.015625, '-0.01562'],
  [1.000005, '1.00001'],
  [1.000015, '1.00002'],
  [2.675, '2.675'],
  [0.123455, '0.12345'],
  [0.1234549999, '0.12345'],
  [-0.000001, '-0.0'],
  [0.000005, '1e-05'],
  [0.999995, '0.99999'],
  [0.9999951, '1.0'],
  [-0.0, '-0.0'],
  [0.0, '0.0'],
  [123456789.12345678, '123456789.12346'],
  [2251799813685249.5, '2251799813685249.5'],
  [33554432.015625, '33554432.01562'],
  [5e-324, '0.0'],
  [1e22, '1e+22'],
  [1e300, '1e+300'],
])('%d is rounded to five places as Python rounds it', (value, expected) => {
  const rounded = pythonRound(value, 5)

  expect(printPythonFloat(rounded)).toBe(expected)
})

test('an infinite value is rounded to itself', () => {
  const rounded = [pythonRound(Infinity, 5), pythonRound(-Infinity, 5), pythonRound(NaN, 5)]

  expect(rounded).toEqual([Infinity, -Infinity, NaN])
})

// f'{value:.{digits}f}'
test.each([
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [2.5, 0, '2'],
  [-0.4, 0, '-0'],
  [0.125, 2, '0.12'],
  [0.375, 2, '0.38'],
  [1.005, 2, '1.00'],
  [0.015625, 5, '0.01562'],
  [0.046875, 5, '0.04688'],
  [-0.015625, 5, '-0.01562'],
  [-0.000001, 5, '-0.00000'],
  [3, 5, '3.00000'],
  [1e21, 2, '1000000000000000000000.00'],
  [Infinity, 5, 'inf'],
  [-Infinity, 5, '-inf'],
  [NaN, 5, 'nan'],
])('%d with %d decimals is printed as Python prints it', (value, digits, expected) => {
  const printed = printPythonFixed(value, digits)

  expect(printed).toBe(expected)
})

test('every printed float reads back as the same double', () => {
  const view = new DataView(new ArrayBuffer(8))
  // A linear congruential generator, so that a failure comes again.
  let state = 1n
  const values = Array.from({ length: 2000 }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    view.setBigUint64(0, state)
    return view.getFloat64(0)
  }).filter((value) => Number.isFinite(value))

  const changed = values.filter((value) => Number(printPythonFloat(value)) !== value)

  expect(values.length).toBeGreaterThan(1900)
  expect(changed).toEqual([])
})

// json.dumps(value)
test.each([
  ['caf\u00e9 \u{1f600}', String.raw`"caf\u00e9 \ud83d\ude00"`],
  ['\ud83d', String.raw`"\ud83d"`],
  ['\u0000\u001f\u007f\u0080', String.raw`"\u0000\u001f\u007f\u0080"`],
  ['a"b\\c/d\n\r\t\f\b', String.raw`"a\"b\\c/d\n\r\t\f\b"`],
  ['\u2028', String.raw`"\u2028"`],
])('the string %j is printed in ASCII', (value, expected) => {
  const printed = printPythonJson({ kind: 'string', value })

  expect(printed).toBe(expected)
})

// json.dumps(json.loads(text), sort_keys=True)
test('keys are sorted by code point, and of a repeated key the last value counts', () => {
  const text = '{"b":1,"a":[ ],"b":{"z":null,"y":[true,1.0]},"c":{}}'

  const printed = printPythonJson(parseJson(text))

  expect(printed).toBe('{"a": [], "b": {"y": [true, 1.0], "z": null}, "c": {}}')
})

test('code points outside the basic plane come last, integer-like keys are mere strings', () => {
  const keys = ['\u{10000}', '\ue000', '\ud800', 'b', 'a', 'B', '', 'aa', '1', '10', '9']

  const sorted = keys.toSorted(compareByCodePoint)

  // sorted(keys)
  const expected = ['', '1', '10', '9', 'B', 'a', 'aa', 'b', '\ud800', '\ue000', '\u{10000}']
  expect(sorted).toEqual(expected)
})

test('the key __proto__ is a key like others', () => {
  const printed = printPythonJson(parseJson('{"__proto__":1,"a":2}'))

  expect(printed).toBe('{"__proto__": 1, "a": 2}')
})
