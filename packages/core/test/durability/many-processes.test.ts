import { join } from 'node:path'
import {
  chatChunks,
  chatCompletion,
  chatStream,
  json,
  type ScriptedProvider,
  sse,
  startScriptedProvider,
} from '@wiretape/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useRecordingProcesses } from './recording-process.test-fixture.ts'
import {
  answerOf,
  type ProgramCounts,
  type ProgramOrder,
} from './recording-program.test-fixture.ts'
import { createCorpusReader, type WholeCorpus } from './whole-corpus.test-fixture.ts'

/** Sixteen processes are much for two processors, whatever else these do. */
const PATIENCE = 180_000

const processes = useRecordingProcesses()
let provider: ScriptedProvider

beforeAll(async () => {
  provider = await startScriptedProvider({
    answer: ({ headers, body }) => {
      const chat = { content: [answerOf(Number(headers['x-attempt']))], model: 'gpt-test' }
      return body.includes('"stream":true')
        ? sse(chatStream(chatChunks(chat)))
        : json(chatCompletion(chat))
    },
  })
})

afterAll(async () => {
  await provider.close()
})

interface Crowd extends Pick<ProgramOrder, 'mode' | 'url'> {
  readonly corpus: string
  readonly size: number
  /** The questions of the n-th process. */
  readonly questionsOf: (number: number) => readonly number[]
  readonly run?: string
}

/** What processes counted that record to one corpus at once, all together. */
async function crowd({ corpus, size, questionsOf, run = '', ...order }: Crowd): Promise<{
  readonly counts: ProgramCounts
  readonly files: WholeCorpus
}> {
  const recordings = join(processes.folder(), corpus)
  const started = Array.from({ length: size }, (_, number) =>
    processes.start(
      { ...order, recordings, attempt: number, questions: questionsOf(number), atOnce: 4 },
      { WIRETAPE_RUN_ID: run },
    ),
  )
  const counts = { recorded: 0, replayed: 0, refused: 0, fetched: 0 }
  for (const process of started) {
    const own = await process.counts()
    for (const name of ['recorded', 'replayed', 'refused', 'fetched'] as const)
      counts[name] += own[name]
  }
  return { counts, files: await createCorpusReader(recordings)() }
}

/** Numbers from the first on. */
function rowOf(length: number, first: number): number[] {
  return Array.from({ length }, (_, index) => first + index)
}

test(
  'sixteen processes that ask 200 different questions each lose none of the 3,200',
  async () => {
    const { counts, files } = await crowd({
      corpus: 'different',
      mode: 'record',
      size: 16,
      questionsOf: (number) => rowOf(200, 1 + number * 1000),
    })

    expect(counts).toEqual({ recorded: 3200, replayed: 0, refused: 0, fetched: 3200 })
    expect(files.recordings.size).toBe(3200)
    expect(files.temporaries).toEqual([])
    const strayed = [...files.recordings].filter(
      ([question, text]) => !text.includes(answerOf(Math.floor(question / 1000))),
    )
    expect(strayed).toEqual([])
  },
  PATIENCE,
)

test(
  'sixteen processes of one run that ask the same 200 questions fetch each once',
  async () => {
    const questions = rowOf(200, 1)

    const { counts, files } = await crowd({
      corpus: 'same',
      mode: 'record',
      run: 'same',
      size: 16,
      url: provider.url,
      // Each begins elsewhere: some questions are met by all at once, some long after they were answered.
      questionsOf: (number) => [...questions.slice(number * 6), ...questions.slice(0, number * 6)],
    })

    expect(counts).toEqual({ recorded: 200, replayed: 3000, refused: 0, fetched: 200 })
    // The rest are calls of tools.
    expect(provider.requests).toHaveLength(200 - 28)
    expect(files.recordings.size).toBe(200)
    expect(files.temporaries).toEqual([])
  },
  PATIENCE,
)

test(
  'of processes that share no run the first recording stays, whoever else fetched',
  async () => {
    const { counts, files } = await crowd({
      corpus: 'no run',
      mode: 'record-if-missing',
      size: 8,
      questionsOf: () => rowOf(60, 1),
    })

    expect(counts.recorded).toBe(60)
    expect(counts.recorded + counts.refused).toBe(counts.fetched)
    expect(counts.fetched + counts.replayed).toBe(8 * 60)
    expect(files.recordings.size).toBe(60)
    expect(files.temporaries).toEqual([])
  },
  PATIENCE,
)
