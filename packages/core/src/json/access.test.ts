import { expect, test } from 'vitest'
import {
  array,
  atPointer,
  boolean,
  FALSE,
  isArray,
  isObject,
  isString,
  member,
  NULL,
  number,
  object,
  string,
  stringMember,
  TRUE,
  withMember,
  withoutMember,
} from './access.ts'
import { parseJson } from './parse.ts'
import { printJson } from './print.ts'
import type { JsonObject } from './node.ts'

function objectOf(text: string): JsonObject {
  const node = parseJson(text)
  if (!isObject(node)) throw new Error('not an object')
  return node
}

test('constructors make the nodes of a document', () => {
  const node = object([
    ['text', string('a')],
    ['numbers', array([number(1.5), number(12345678901234567890n)])],
    ['flags', array([TRUE, FALSE, NULL, boolean(true)])],
    ['none', object(Object.entries({}))],
  ])

  expect(printJson(node)).toBe(
    '{"text":"a","numbers":[1.5,12345678901234567890],"flags":[true,false,null,true],"none":{}}',
  )
})

test('guards tell kinds apart and take undefined', () => {
  expect([isObject(object([])), isObject(NULL), isObject(undefined)]).toEqual([true, false, false])
  expect([isArray(array([])), isArray(NULL), isArray(undefined)]).toEqual([true, false, false])
  expect([isString(string('')), isString(NULL), isString(undefined)]).toEqual([true, false, false])
})

test('member finds the last duplicate, and nothing in what is not an object', () => {
  const node = parseJson('{"a":1,"a":"x","b":2}')

  expect(member(node, 'a')).toEqual(string('x'))
  expect(member(node, 'toString')).toBeUndefined()
  expect(member(array([]), '0')).toBeUndefined()
  expect(member(undefined, 'a')).toBeUndefined()
  expect(stringMember(node, 'a')).toBe('x')
  expect(stringMember(node, 'b')).toBeUndefined()
})

test('withMember replaces in place, without earlier duplicates, or appends', () => {
  const node = objectOf('{"a":1,"b":2,"a":3,"c":4}')

  expect(printJson(withMember(node, 'a', NULL))).toBe('{"b":2,"a":null,"c":4}')
  expect(printJson(withMember(node, 'd', NULL))).toBe('{"a":1,"b":2,"a":3,"c":4,"d":null}')
})

test('withoutMember takes every duplicate', () => {
  const node = objectOf('{"a":1,"b":2,"a":3}')

  expect(printJson(withoutMember(node, 'a'))).toBe('{"b":2}')
  expect(withoutMember(node, 'c')).toBe(node)
})

test('the pointers of RFC 6901, section 5, find their values', () => {
  const node = parseJson(
    String.raw`{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9}`,
  )
  const found = (pointer: string): string | undefined => {
    const value = atPointer(node, pointer)
    return value && printJson(value)
  }

  expect(atPointer(node, '')).toBe(node)
  expect(found('/foo')).toBe('["bar","baz"]')
  expect(found('/foo/0')).toBe('"bar"')
  expect(found('/')).toBe('0')
  expect(found('/a~1b')).toBe('1')
  expect(found('/c%d')).toBe('2')
  expect(found('/i\\j')).toBe('5')
  expect(found('/k"l')).toBe('6')
  expect(found('/ ')).toBe('7')
  expect(found('/m~0n')).toBe('8')
  expect(found('/~01')).toBe('9')
  expect(['/foo/2', '/foo/-', '/foo/00', '/foo/0/x', '/x/y', 'foo', '/~2'].map(found)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  )
})
