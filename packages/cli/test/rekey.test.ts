import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run } from './run.ts'

const source = fileURLToPath(new URL('../../../recordings', import.meta.url))
let folder = ''
let corpus = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-rekey-'))
  corpus = join(folder, 'recordings')
  await writeFile(join(folder, 'package.json'), '{}')
  for (const name of ['openai-chat', 'wiretape.json'])
    await cp(join(source, name), join(corpus, name), { recursive: true })
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.stubEnv('WIRETAPE_RECORDINGS', '')
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function manifest(): Promise<unknown> {
  return JSON.parse(await readFile(join(corpus, 'wiretape.json'), 'utf8'))
}

async function names(): Promise<string[]> {
  return (await readdir(corpus, { recursive: true })).toSorted()
}

test('--dry-run prints what would move, and moves nothing', async () => {
  const before = await names()

  const { status, output } = await run(['rekey', '--dry-run', '--ignore', 'body.stream'])

  const lines = output.trimEnd().split('\n')
  expect(status).toBe(0)
  expect(lines.slice(0, 3)).toEqual([
    `corpus: ${corpus}`,
    'from:   {}',
    'to:     {"ignore":["body.stream"]}',
  ])
  expect(lines[3]).toMatch(/^moved {3}openai-chat\/gpt-4o-mini\/[0-9a-f]{64}(-\d)?\.json$/)
  expect(lines[4]).toMatch(/^ {5}to openai-chat\/gpt-4o-mini\/[0-9a-f]{64}(-\d)?\.json$/)
  expect(lines.at(-1)).toMatch(
    /^\d+ moved, \d+ where they belong, 0 left; nothing was changed \(--dry-run\)$/,
  )
  expect(await names()).toEqual(before)
})

test('all options reach the manifest, and --none goes back', async () => {
  const before = await names()
  const { status } = await run([
    'rekey',
    corpus,
    '--ignore',
    'body.stream',
    '--ignore',
    'body.user_tag',
    '--replace',
    'body.messages[].content=/\\d{4}\\/\\d\\d/<date>/i',
    '--replace',
    'body.messages[].content=#a/b#c#',
    '--include',
    'host',
    '--host',
    'llm.internal=openai',
  ])

  expect(status).toBe(0)
  expect(await manifest()).toMatchObject({
    keys: [
      {
        rule: 'wiretape/1',
        match: {
          ignore: ['body.stream', 'body.user_tag'],
          replace: [
            {
              path: 'body.messages[].content',
              pattern: '\\d{4}/\\d\\d',
              flags: 'i',
              with: '<date>',
            },
            { path: 'body.messages[].content', pattern: 'a/b', with: 'c' },
          ],
          include: ['host'],
          hosts: { 'llm.internal': 'openai' },
        },
      },
    ],
  })
  expect(await names()).not.toEqual(before)

  expect((await run(['rekey', '--none'])).status).toBe(0)
  expect(await names()).toEqual(before)
})

test('--from-config takes the options of wiretape.config.mjs, transforms too', async () => {
  const config = join(folder, 'wiretape.config.mjs')
  expect(await run(['rekey', '--from-config'])).toMatchObject({
    status: 1,
    error: `error WT_CONFIG_INVALID: ${config}: is not there\n→ export it there: export const match = { ignore: ['body.messages[].name'] }\n`,
  })
  await writeFile(
    config,
    "export const match = { transform: 'whole' }\nexport const transforms = { whole: ({ body: { stream, ...body }, ...rest }) => ({ ...rest, body }) }",
  )

  const { status, output } = await run(['rekey', '--from-config'])

  expect(status).toBe(0)
  expect(output).toContain('to:     {"transform":"whole"}\nmoved ')
  expect(await manifest()).toMatchObject({ keys: [{ match: { transform: 'whole' } }] })
  expect((await run(['rekey'])).output).toContain('\n0 moved, ')
})

test.each([
  [
    ['--replace', 'body'],
    "--replace <path=/pattern/with/>' argument 'body' is invalid. It takes '<path>=/<pattern>/<with>/'.",
  ],
  [
    ['--replace', 'body=/a'],
    "--replace <path=/pattern/with/>' argument 'body=/a' is invalid. It takes '<path>=/<pattern>/<with>/'.",
  ],
  [
    ['--host', 'a'],
    "--host <host=provider>' argument 'a' is invalid. It takes '<host>=<provider>'.",
  ],
  [['--include', 'port'], "--include <part>' argument 'port' is invalid. It takes 'host'."],
])('%j is wrong use', async (flags, message) => {
  expect(await run(['rekey', ...flags])).toMatchObject({
    status: 2,
    error: `error: option '${message}\n`,
  })
})

test('options of two kinds are wrong use', async () => {
  expect((await run(['rekey', '--none', '--ignore', 'body.a'])).status).toBe(2)
  expect((await run(['rekey', '--from-config', '--host', 'a=b'])).status).toBe(2)
  expect((await run(['rekey', '--from-config', '--none'])).status).toBe(2)
})

test('what the options say wrong is an error of the tape', async () => {
  expect(await run(['rekey', '--ignore', 'messages'])).toMatchObject({
    status: 1,
    error:
      "error WT_OPTION_INVALID: match.ignore[0] takes a path that begins with body, headers, host, model, path_ids, provider or query, got 'messages'\n→ for a field of the body write 'body.messages'\n",
  })
})

test('a corpus that is not there is an error', async () => {
  const none = join(folder, 'none')

  expect(await run(['rekey', './none'])).toMatchObject({
    status: 1,
    error: `error WT_CORPUS_UNREADABLE: ${none}: holds no recordings\n→ name the folder that has wiretape.json in it\n`,
  })
})
