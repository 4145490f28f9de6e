import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import manifest from '../package.json'
import { seed } from './recordings.ts'
import { run } from './run.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-cli-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function write(text: string): Promise<string> {
  const path = join(folder, 'recording.json')
  await writeFile(path, text)
  return path
}

test('a broken recording is one error with its place, and status 1', async () => {
  const path = await write('{"request":{},"response":{"wire":7}}')

  expect(await run(['play', path])).toEqual({
    status: 1,
    output: '',
    writes: [],
    error: `error WT_RECORDING_INVALID: ${path}, at /response/wire: expected an object, found 7
→ correct it by hand, or delete the file and record again: WIRETAPE_MODE=record-if-missing
`,
  })
})

test('standard input that is no recording is called that', async () => {
  expect(await run(['play', '-'], { input: '{' })).toMatchObject({
    status: 1,
    error: `error WT_RECORDING_INVALID: the recording: is not JSON: line 1, column 2: expected a key or '}', found the end of the text
→ correct it by hand, or delete it and record again: WIRETAPE_MODE=record-if-missing
`,
  })
})

test('a file that is not there', async () => {
  const path = join(folder, 'none.json')

  expect(await run(['play', path])).toMatchObject({
    status: 1,
    error: `error WT_CORPUS_UNREADABLE: ${path}: ENOENT: no such file or directory, open '${path}'
→ check the path and its permissions
`,
  })
})

test('a file of a newer wiretape', async () => {
  const path = await write('{"version":2}')

  expect(await run(['play', path])).toMatchObject({
    status: 1,
    error: `error WT_VERSION_UNSUPPORTED: ${path}, at /version: has version 2; this wiretape reads versions 0 to 1
→ npm install @wiretape/core@latest
`,
  })
})

test('control characters of a broken file never reach the terminal by its error', async () => {
  const path = await write(String.raw`{"request":{},"response":{},"blobs":{"\u001b[2J":7}}`)
  const { error } = await run(['play', path])

  expect(error).not.toContain('\u001b')
  expect(error).toContain(String.raw`at /blobs/\u001b[2J: expected an object`)
})

test.each([
  [['play'], "error: missing required argument 'recording'\n"],
  [
    ['play', '--speed', '-1', seed],
    "error: option '--speed <factor>' argument '-1' is invalid. It takes a number over 0.\n",
  ],
  [
    ['play', '--speed', '2', '--instant', seed],
    "error: option '--speed <factor>' cannot be used with option '--instant'\n",
  ],
  [['play', '--fast', seed], "error: unknown option '--fast'\n"],
  [['pla', seed], "error: unknown command 'pla'\n(Did you mean play?)\n"],
])('wrong use is status 2 and says what is wrong: %j', async (parameters, error) => {
  expect(await run(parameters)).toMatchObject({ status: 2, error, output: '' })
})

test('no command at all is wrong use, and gets the help', async () => {
  const { status, output, error } = await run([])

  expect({ status, output }).toEqual({ status: 2, output: '' })
  expect(error).toContain('Usage: wiretape [options] [command]')
})

test('help and version are no failures', async () => {
  const help = await run(['play', '--help'])

  expect(help).toMatchObject({ status: 0, error: '' })
  expect(help.output).toContain('wiretape play --instant --json recording.json | jq .message')
  expect((await run(['--help'])).output).toContain('Examples:\n  $ wiretape play recordings/')
  expect(await run(['--version'])).toMatchObject({ status: 0, output: `${manifest.version}\n` })
})
