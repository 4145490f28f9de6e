import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Mode } from './options.ts'
import { processState } from './process-state.ts'
import { createTape } from './tape.ts'

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
})

afterEach(() => {
  processState().warned.clear()
  processState().open.clear()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** What creating two tapes in this mode warns of. */
function warningsOf(mode: Mode): unknown[] {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  for (let tapes = 0; tapes < 2; tapes++) createTape({ mode, recordings: createMemoryStore() })
  return warn.mock.calls
}

test('a replay in production warns once a process', () => {
  vi.stubEnv('NODE_ENV', 'production')

  expect(warningsOf('replay')).toEqual([
    [
      'a tape replays recordings with NODE_ENV=production: no request reaches its provider',
      {
        type: 'WiretapeWarning',
        code: 'WT_REPLAY_IN_PRODUCTION',
        detail: "to reach providers, set WIRETAPE_MODE=live or createTape({ mode: 'live' })",
      },
    ],
  ])
})

test('so does one that a variable asks for, or that CI makes of record-if-missing', () => {
  vi.stubEnv('NODE_ENV', 'production')
  vi.stubEnv('WIRETAPE_MODE', 'replay')
  expect(warningsOf('live')).toHaveLength(1)

  processState().warned.clear()
  vi.restoreAllMocks()
  vi.stubEnv('WIRETAPE_MODE', '')
  vi.stubEnv('CI', 'true')
  expect(warningsOf('record-if-missing')).toHaveLength(1)
})

test.each<[string, Mode]>([
  ['production', 'live'],
  ['production', 'record'],
  ['production', 'record-if-missing'],
  ['test', 'replay'],
  ['', 'replay'],
])('with NODE_ENV=%s, %s warns of nothing', (environment, mode) => {
  vi.stubEnv('NODE_ENV', environment)

  expect(warningsOf(mode)).toEqual([])
})
