import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHAT, chatChunk, recordingOf, seed } from './recordings.ts'

const conditions = ['wiretape-source', 'node', 'import', 'module', 'default']

let folder: string

/** Node 20 runs no TypeScript, and nothing need be built for a test. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-bin-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: fileURLToPath(new URL('../src/wiretape.ts', import.meta.url)),
      outDir: folder,
      minify: false,
    },
    resolve: { conditions },
    // The folder has no node_modules.
    ssr: { noExternal: true, resolve: { conditions } },
  })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly error: string
}

interface Reader {
  readonly input?: string
  /** Does something once the first of the output has come. */
  readonly onOutput?: (child: ReturnType<typeof start>) => void
}

function start(parameters: readonly string[]): ReturnType<typeof spawn> {
  return spawn(process.execPath, [join(folder, 'wiretape.js'), ...parameters], { timeout: 15_000 })
}

async function run(
  parameters: readonly string[],
  { input, onOutput }: Reader = {},
): Promise<Ended> {
  const child = start(parameters)
  const text = { output: '', error: '' }
  child.stdout?.on('data', (part) => void (text.output += String(part)))
  child.stderr?.on('data', (part) => void (text.error += String(part)))
  if (onOutput !== undefined) child.stdout?.once('data', () => onOutput(child))
  child.stdin?.end(input)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, ...text }
}

/** The second chunk comes after so many milliseconds. */
function slowRecording(milliseconds: number): string {
  return recordingOf({
    url: CHAT,
    body: [chatChunk({ content: 'one ' }), chatChunk({ content: 'two' }, 'stop')],
    wire: { framing: 'sse', ending: 'complete', reads: { head: 0, at: [0, milliseconds] } },
  })
}

test('a recording from standard input, to a pipe', async () => {
  const { code, output, error } = await run(['play', '--speed', '100', '-'], {
    input: slowRecording(1000),
  })

  expect({ code, error }).toEqual({ code: 0, error: '' })
  expect(output).toContain('.000Z\n\none two\n\n{\n')
  expect(output).not.toContain('\u001b')
})

test('exit statuses', async () => {
  const statuses = [
    ['--version'],
    ['play', '--instant', seed],
    ['play', join(folder, 'none')],
    ['x'],
  ]
  const ended = await Promise.all(statuses.map((parameters) => run(parameters)))

  expect(ended.map(({ code }) => code)).toEqual([0, 0, 1, 2])
})

test('a reader that goes away ends it quietly', async () => {
  const ended = await run(['play', '-'], {
    input: slowRecording(500),
    onOutput: (child) => void child.stdout?.destroy(),
  })

  expect(ended).toMatchObject({ code: 0, signal: null, error: '' })
})

test('Ctrl-C ends it', async () => {
  const ended = await run(['play', '-'], {
    input: slowRecording(3_600_000),
    onOutput: (child) => void child.kill('SIGINT'),
  })

  expect(ended).toMatchObject({ code: null, signal: 'SIGINT', error: '' })
})
