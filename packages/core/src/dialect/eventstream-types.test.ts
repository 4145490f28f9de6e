import { expect, test } from 'vitest'
import { eventstreamType, impliedHeaders, isFailureMessage } from './eventstream-types.ts'
import { eventHeaders } from './eventstream.test-fixture.ts'

test.each([
  ['messageStart', 'event', 'wiretape.d.messageStart'],
  ['throttlingException', 'exception', 'wiretape.d.throttlingException!'],
])('%s as %s has a type that implies its headers', (name, kind, type) => {
  const headers = eventHeaders(name, kind)

  expect(eventstreamType('d', { data: '', headers })).toBe(type)
  expect(impliedHeaders({ type })).toEqual({ headers })
})

test.each(['text', 'bytes', 'error', 'response', 'a.b', ''])(
  'an event that is named %j implies nothing, since that name is taken',
  (name) => {
    const type = eventstreamType('d', { data: '', headers: eventHeaders(name) })

    expect(type).toBe('wiretape.d.event')
    expect(impliedHeaders({ type })).toEqual({})
  },
)

test('exceptions and errors are failures', () => {
  const error = [{ name: ':message-type', type: 'string', value: 'error' }] as const

  expect(isFailureMessage({ data: '', headers: error })).toBe(true)
  expect(isFailureMessage({ data: '', headers: eventHeaders('x', 'exception') })).toBe(true)
  expect(isFailureMessage({ data: '', headers: eventHeaders('x') })).toBe(false)
  expect(isFailureMessage({ data: '' })).toBe(false)
})
