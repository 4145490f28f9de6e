import { expect, test } from 'vitest'
import * as entry from './index.ts'

test('the public values of the package are these, so that a new one is a visible diff', () => {
  expect(Object.keys(entry).toSorted()).toEqual([
    'createTapeHandler',
    'replayCredentials',
    'withTape',
  ])
})
