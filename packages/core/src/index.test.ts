import { expect, test } from 'vitest'
import * as fetchEntry from './fetch/index.ts'
import * as entry from './index.ts'
import * as schemaEntry from './recording/schema.ts'

test('the public values of the package are these, so that a new one is a visible diff', () => {
  expect(Object.keys(entry).toSorted()).toEqual([
    'ERROR_CODES',
    'RECORDING_VERSION',
    'WiretapeError',
    'assemble',
    'createDirectoryStore',
    'createMemoryStore',
    'createTape',
    'disassemble',
    'errorResponse',
    'formatRecording',
    'parseRecording',
    'playRecording',
    'readConfig',
    'readRecording',
    'rekeyCorpus',
    'requestKey',
    'verifyCorpus',
  ])
  expect(Object.keys(fetchEntry).toSorted()).toEqual(['createTapeFetch', 'decodeBody'])
  expect(Object.keys(schemaEntry).toSorted()).toEqual(['recordingJsonSchema', 'recordingSchema'])
})
