import { expect, test, vi } from 'vitest'
import { WiretapeError } from './wiretape-error.ts'

const options = { message: 'it broke', hint: 'mend it', details: { path: 'a' } }

test('code and hint stand in the message, since SDKs show nothing else', () => {
  const error = new WiretapeError('WT_JSON_INVALID', options)

  expect(error.message).toBe('WT_JSON_INVALID: it broke\n→ mend it')
  expect(error).toMatchObject({
    name: 'WiretapeError',
    code: 'WT_JSON_INVALID',
    hint: 'mend it',
    details: { path: 'a' },
  })
  expect(String(error)).toBe('WiretapeError: WT_JSON_INVALID: it broke\n→ mend it')
})

test('a cause is kept, and absent where there is none', () => {
  const cause = new Error('why')

  expect(new WiretapeError('WT_JSON_INVALID', { ...options, cause }).cause).toBe(cause)
  expect('cause' in new WiretapeError('WT_JSON_INVALID', options)).toBe(false)
})

test('details are an object even where none were given', () => {
  expect(new WiretapeError('WT_JSON_INVALID', { message: '', hint: '' }).details).toEqual({})
})

test('an error of another copy of wiretape is known, though it is no instance', async () => {
  vi.resetModules()
  const other = await import('./wiretape-error.ts')
  const error = new other.WiretapeError('WT_JSON_INVALID', options)

  expect(error).not.toBeInstanceOf(WiretapeError)
  expect(WiretapeError.is(error)).toBe(true)
})

test.each([
  new Error('WT_JSON_INVALID'),
  { code: 'WT_JSON_INVALID' },
  'WT_JSON_INVALID',
  null,
  undefined,
])('%s is none of ours', (value) => {
  expect(WiretapeError.is(value)).toBe(false)
})

test('the marker is not among the properties that are printed or copied', () => {
  const error = new WiretapeError('WT_JSON_INVALID', options)

  expect(Object.getOwnPropertySymbols(Object.assign({}, error))).toEqual([])
})
