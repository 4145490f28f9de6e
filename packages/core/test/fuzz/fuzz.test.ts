import { fuzz, type FuzzKind, type FuzzReport, recordingKind, streamKind } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { isolateTapes } from '../tapes.test-fixture.ts'

isolateTapes()

/** A part of what `npm run fuzz` runs, some seconds of it. */
const SEED = 1
const PATIENCE = 120_000

function failuresOf(kind: FuzzKind, { failures }: FuzzReport): string[] {
  return failures.map(
    ({ index, error, smallest }) =>
      `npm run fuzz -- --seed=${SEED} --from=${index} --cases=1 ${kind.name}: ${String(error)}: ${JSON.stringify(Buffer.from(smallest).toString('latin1'))}`,
  )
}

test(
  '2,000 changed recordings are ordinary ones or errors of wiretape, each within a second',
  async () => {
    const kind = await recordingKind()

    const report = await fuzz(kind, { seed: SEED, cases: 2000 })

    expect(failuresOf(kind, report)).toEqual([])
    expect(report.codes.get('none')).toBeGreaterThan(400)
    expect(report.codes.get('WT_RECORDING_INVALID')).toBeGreaterThan(400)
  },
  PATIENCE,
)

test(
  '800 changed answers are recorded and replayed, or are errors of wiretape, each within a second',
  async () => {
    const kind = streamKind()

    const report = await fuzz(kind, { seed: SEED, cases: 800 })

    expect(failuresOf(kind, report)).toEqual([])
    expect(report.codes.get('none')).toBeGreaterThan(300)
  },
  PATIENCE,
)

test('what fails is found, and told by its index and its smallest input', async () => {
  const kind: FuzzKind = {
    name: 'numbers',
    input: (_, index) => ({
      bytes: Buffer.from(`a${index}b`),
      run: async (bytes) => {
        if (Buffer.from(bytes).includes('3')) throw new TypeError('a three')
        return ['none']
      },
    }),
  }

  const report = await fuzz(kind, { seed: 1, cases: 5 })

  expect(report.cases).toBe(5)
  expect(report.codes).toEqual(new Map([['none', 4]]))
  expect(report.failures).toMatchObject([{ index: 3, error: { message: 'a three' } }])
  expect(Buffer.from(report.failures[0]?.smallest ?? []).toString()).toBe('3')
})
