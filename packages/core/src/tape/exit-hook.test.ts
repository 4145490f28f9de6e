import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

let folder: string

/** Node 20 runs no TypeScript, and core need not be built for its tests. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-exit-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: fileURLToPath(new URL('../index.ts', import.meta.url)),
      outDir: folder,
      minify: false,
    },
    // The folder has no node_modules.
    ssr: { noExternal: true },
  })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program in which `tape` replays an empty corpus, and `ask` asks for something in vain. */
async function run(body: string): Promise<Ended> {
  const program = `
    import { createMemoryStore, createTape } from './index.js'
    const recordings = createMemoryStore()
    const tape = createTape({ mode: 'replay', recordings })
    const live = async () => { throw new Error('went live') }
    const ask = (path) =>
      tape.handle({ method: 'GET', url: 'https://a.example/' + path, headers: [] }, live).catch((error) => error)
    ${body}
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', WIRETAPE_CACHE: folder },
    timeout: 15_000,
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => void (text.stdout += String(part)))
  child.stderr.on('data', (part) => void (text.stderr += String(part)))
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { code, ...text }
}

function missOf(path: string): string {
  return [
    `WT_RECORDING_NOT_FOUND: no recording answers GET /${path}`,
    '  looked in: memory-1',
    '  nothing is recorded there at all',
    '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
  ].join('\n')
}

const COMPLAINT = 'wiretape: a tape was never closed (await tape.close()), and this went wrong:\n'

test('a tape that was never closed prints its misses at exit, and the exit code is 1', async () => {
  const ended = await run(`await ask('a'); await ask('b')`)

  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `${COMPLAINT}${missOf('a')}\n${missOf('b')}\n`,
  })
})

test('two tapes that were never closed complain once, together', async () => {
  const ended = await run(`
    await ask('a')
    const other = createTape({ mode: 'replay', recordings })
    await other.handle({ method: 'GET', url: 'https://a.example/b', headers: [] }, live).catch(() => 0)
  `)

  expect(ended.stderr).toBe(`${COMPLAINT}${missOf('a')}\n${missOf('b')}\n`)
})

test('an exit code that the program chose stays, but zero does not', async () => {
  const own = await run(`await ask('a'); process.exitCode = 3`)
  const zero = await run(`await ask('a'); process.exitCode = 0`)
  const forced = await run(`await ask('a'); process.exit(0)`)

  expect([own.code, zero.code, forced.code]).toEqual([3, 1, 1])
  expect(own.stderr).toBe(`${COMPLAINT}${missOf('a')}\n`)
  expect(forced.stderr).toBe(`${COMPLAINT}${missOf('a')}\n`)
})

test('a closed tape says nothing more', async () => {
  const ended = await run(`
    await ask('a')
    await tape.close().catch((error) => console.log(error.code))
  `)

  expect(ended).toEqual({ code: 0, stdout: 'WT_RECORDING_NOT_FOUND\n', stderr: '' })
})

test('neither an unused tape nor an acknowledged miss is complained of', async () => {
  const ended = await run(`tape.acknowledge(await ask('a')); createTape({ recordings })`)

  expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('an error thrown by the program is shown beside the misses', async () => {
  const ended = await run(`await ask('a'); throw new Error('the program’s own')`)

  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain('the program’s own')
  expect(ended.stderr).toContain(`${COMPLAINT}${missOf('a')}\n`)
})

test('a recording whose caller stopped early keeps no process alive once it is closed', async () => {
  const ended = await run(`
    const recording = createTape({ mode: 'record', recordings })
    const slow = async () => ({ status: 200, headers: [['content-type', 'text/event-stream']], body: (async function* () {
      yield Buffer.from('data: 1\\n\\n')
      yield Buffer.from('data: 2\\n\\n')
    })() })
    const { body } = await recording.handle({ method: 'GET', url: 'https://a.example/s', headers: [] }, slow)
    for await (const _ of body) break
    await recording.close()
    console.log(performance.now() < 10_000 ? 'soon' : 'late')
  `)

  expect(ended).toEqual({ code: 0, stdout: 'soon\n', stderr: '' })
})
