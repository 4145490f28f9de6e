import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sse } from '../answers.ts'
import { chatChunks, chatStream } from '../fixtures/chat-chunks.ts'
import { createIds } from '../fixtures/ids.ts'
import type { ScriptedProvider } from '../scripted-provider.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** What a program said that recorded and replayed by an adapter. */
export interface ProgramExit {
  /** The answer while recording, and on replay. */
  readonly texts: readonly string[]
  /** How long the program did not end after it had nothing left to do, in milliseconds. */
  readonly idle: number
  readonly complaints: string
}

/** What such a program is made of. */
export interface AdapterProgramOptions {
  /** The URL of the module that exports `createClient`. */
  readonly module: string
  readonly startProvider: () => Promise<ScriptedProvider>
}

/** Runs such a program, and waits for it to end by itself. */
export async function runInProcess({
  module,
  startProvider,
}: AdapterProgramOptions): Promise<ProgramExit> {
  const folder = await mkdtemp(join(tmpdir(), 'wiretape-exit-'))
  const chunks = chatChunks({ ids: createIds(31), content: ['Hel', 'lo'] })
  await using provider = await startProvider()
  provider.answer(sse(chatStream(chunks)))
  try {
    const program = join(folder, 'program.ts')
    await writeFile(program, programOf(module))
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [
        '.ci/run-typescript.mjs',
        program,
        provider.url,
        join(folder, 'recordings'),
        ...(provider.certificate === undefined ? [] : [provider.certificate]),
      ],
      { cwd: root, timeout: 50_000, env: plainEnvironment() },
    )

    const said = JSON.parse(stdout) as Omit<ProgramExit, 'complaints'>
    return { ...said, complaints: stderr }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The runner imports nothing once its module has begun to work, so all is imported at once. */
function programOf(module: string): string {
  const runner = fileURLToPath(new URL('adapter-program.ts', import.meta.url))
  return [
    `import { createClient } from ${JSON.stringify(fileURLToPath(module))}`,
    `import { runAdapterProgram } from ${JSON.stringify(runner)}`,
    'export const main = (parameters) => runAdapterProgram(createClient, parameters)',
  ].join('\n')
}

/** The tests' own environment would tell the program how to run. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = /^(CI$|WIRETAPE_|VITEST|NODE_ENV$)/
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name))
  return Object.fromEntries(kept)
}
