import { describeAdapter } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { createClient } from './examples/transport-client.ts'
import { readPage, readSource } from './pages.ts'

const contract = describeAdapter({
  name: 'the adapter of writing-an-adapter.md',
  createClient,
  module: new URL('examples/transport-client.ts', import.meta.url).href,
  lacks: {
    redirects: 'its client follows none',
    retries: 'its client asks once',
  },
})

test('the adapter on the page is the one that is tested, in under 60 lines', () => {
  const source = readSource('docs/examples/tape-transport.ts')
  const [block] = readPage('docs/adapters/writing-an-adapter.md').blocks

  expect(block?.content).toBe(source)
  expect(source.trimEnd().split('\n').length).toBeLessThan(60)
})

test('it can all that its client can', () => {
  expect(Object.keys(contract.lacks)).toEqual(['redirects', 'retries'])
})
