import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'
import type { ProgramCounts, ProgramOrder } from './recording-program.test-fixture.ts'

/** A process that records. */
interface RecordingProcess {
  readonly child: ChildProcess
  /** Settles when it has begun, and was given the end of so many answers. */
  readonly wasGiven: (answers: number) => Promise<void>
  /** The questions whose answers it was given the end of, once it is gone. */
  readonly given: () => Promise<readonly number[]>
  /** What it counted, whose tape must have been closed. */
  readonly counts: () => Promise<ProgramCounts>
}

interface RecordingProcesses {
  /** A folder for this test's files. */
  readonly folder: () => string
  readonly start: (
    order: ProgramOrder,
    environment?: Readonly<Record<string, string>>,
  ) => RecordingProcess
}

export function useRecordingProcesses(): RecordingProcesses {
  const children: ChildProcess[] = []
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wiretape-durability-'))
    // In one file, plain Node starts it within a tenth of a second.
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: fileURLToPath(new URL('recording-program.test-fixture.ts', import.meta.url)),
        outDir: join(folder, 'program'),
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'program.mjs' } },
      },
      // The folder has no node_modules.
      ssr: { noExternal: true },
    })
  })

  afterAll(async () => {
    // What a failed test left running.
    for (const child of children) child.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })

  return {
    folder: () => folder,
    start: (order, environment = {}) => {
      const program = join(folder, 'program', 'program.mjs')
      const child = spawn(process.execPath, [program, JSON.stringify(order)], {
        env: {
          PATH: process.env['PATH'] ?? '',
          WIRETAPE_CACHE: join(folder, 'cache'),
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      return listen(child)
    },
  }
}

function listen(child: ChildProcess): RecordingProcess {
  const lines: string[] = []
  const heard = new EventEmitter()
  let rest = ''
  child.stdout?.on('data', (part) => {
    const [last = '', ...whole] = `${rest}${String(part)}`.split('\n').toReversed()
    rest = last
    lines.push(...whole.toReversed())
    heard.emit('lines')
  })
  const gone = once(child, 'close')
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    child,
    wasGiven: async (answers) => {
      while (isRunning() && lines.length <= answers)
        await Promise.race([once(heard, 'lines'), gone])
    },
    given: async () => {
      await gone
      return lines.filter((line) => /^\d+$/.test(line)).map(Number)
    },
    counts: async () => {
      await gone
      const last = lines.at(-1) ?? ''
      if (!last.startsWith('{'))
        throw new Error(`it ended early, after ${lines.length - 1} answers`)
      return JSON.parse(last) as ProgramCounts
    },
  }
}
