import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useRecordingProcesses } from './recording-process.test-fixture.ts'
import { answerOf } from './recording-program.test-fixture.ts'
import { createCorpusReader } from './whole-corpus.test-fixture.ts'

const processes = useRecordingProcesses()

const QUESTIONS = Array.from({ length: 40 }, (_, index) => index + 1)

/** From 0 to 1, the same for the same words. */
function chance(words: string): number {
  return createHash('sha256').update(words).digest().readUInt32BE() / 2 ** 32
}

type Interruption = NodeJS.Signals | 'exit'

interface Outcome {
  /** How many answers the processes were given the end of. */
  given: number
  /** How many files their deaths left half-written. */
  temporaries: number
}

/** Records the same questions to one corpus, by one process after another, each of them interrupted. */
async function interrupt(
  corpus: string,
  { how, times }: { readonly how: Interruption; readonly times: number },
): Promise<Outcome> {
  const recordings = join(processes.folder(), corpus)
  const read = createCorpusReader(recordings)
  const outcome: Outcome = { given: 0, temporaries: 0 }
  for (let attempt = 1; attempt <= times; attempt++) {
    const first = Math.floor(chance(`${corpus} ${attempt} first`) * QUESTIONS.length)
    const answers = Math.floor(chance(`${corpus} ${attempt} answers`) * 12)
    const { child, wasGiven, given } = processes.start({
      recordings,
      mode: 'record',
      attempt,
      questions: [...QUESTIONS.slice(first), ...QUESTIONS.slice(0, first)],
      atOnce: 4,
      ...(how === 'exit' ? { exitAfter: 1 + answers } : {}),
    })
    if (how !== 'exit') {
      await wasGiven(answers)
      await sleep(chance(`${corpus} ${attempt} moment`) * 5)
      child.kill(how)
    }
    const answered = await given()
    const { recordings: found, temporaries } = await read()
    const lost = answered.filter((question) => !found.get(question)?.includes(answerOf(attempt)))
    if (lost.length > 0) throw new Error(`attempt ${attempt} lost the answers ${lost.join(', ')}`)
    outcome.given += answered.length
    outcome.temporaries = Math.max(outcome.temporaries, temporaries.length)
  }
  const last = processes.start({
    recordings,
    mode: 'record',
    attempt: times + 1,
    questions: QUESTIONS,
    atOnce: 4,
  })
  expect(await last.counts()).toMatchObject({ recorded: QUESTIONS.length, refused: 0 })
  const { recordings: found, temporaries } = await read()
  expect(temporaries).toEqual([])
  expect([...found.values()].filter((text) => text.includes(answerOf(times + 1)))).toHaveLength(
    QUESTIONS.length,
  )
  return outcome
}

test('a process that is killed, 200 times at any moment, leaves whole files and loses no answer', async () => {
  const corpora = ['first', 'second', 'third', 'fourth']

  const outcomes = await Promise.all(
    corpora.map((corpus) => interrupt(corpus, { how: 'SIGKILL', times: 50 })),
  )
  // The moments were such that much was under way.
  for (const { given } of outcomes) expect(given).toBeGreaterThan(200)
}, 120_000)

test.each<Interruption>(['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'])(
  'so does one that ends by %s',
  async (how) => {
    const { given } = await interrupt(`by ${how}`, { how, times: 8 })

    expect(given).toBeGreaterThanOrEqual(8)
  },
)
