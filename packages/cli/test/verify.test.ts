import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CHAT, item, recordingOf } from './recordings.ts'
import { run } from './run.ts'

const AWS_KEY = ['AKIA', 'Q3X7ZLMNOPRS2T4U'].join('')
const AWS_SECRET = ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYq8s3vT5w2Z'].join('/')
const GITHUB = ['ghp', 'a1B2c3D4'.repeat(4) + 'e5F6'].join('_')
const ANTHROPIC = ['sk-ant-api03', `${'Ab1'.repeat(31)}-AAAAAA`] as const
const CHAT_FILE = `openai-chat/m/${'a'.repeat(64)}.json`

let corpus = ''

beforeEach(async () => {
  corpus = await mkdtemp(join(tmpdir(), 'wiretape-verify-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(corpus, { recursive: true })
})

async function put(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(corpus, path)), { recursive: true })
  await writeFile(join(corpus, path), text)
}

/** A recording that says this, whole. */
function saying(body: unknown): string {
  return recordingOf({ url: CHAT, body, wire: { framing: 'json', ending: 'complete' } })
}

test("the project's own corpus is whole and holds no secrets", async () => {
  const recordings = fileURLToPath(new URL('../../../recordings', import.meta.url))
  const files = await readdir(recordings, { recursive: true, withFileTypes: true })
  const count = files.filter((file) => file.isFile() && !file.name.startsWith('.')).length

  const { status, output } = await run(['verify', '--secrets', recordings])

  expect(output).toMatch(
    new RegExp(
      String.raw`^${count} files, \d+ of them recordings: 0 broken, 0 that look like secrets\n$`,
    ),
  )
  expect(status).toBe(0)
})

test('a file that is not whole is named with its error', async () => {
  const recording = join(corpus, CHAT_FILE)
  const blob = join(corpus, 'blobs', 'b'.repeat(64))
  await put(CHAT_FILE, '{"request"')
  await put(`blobs/${'b'.repeat(64)}`, 'something else')
  await put(`blobs/${createHash('sha256').update('whole').digest('hex')}`, 'whole')
  await put('wiretape.json', '{"format":1,"keys":[{"rule":"wiretape/1"}]}')

  const { status, output, error } = await run(['verify', corpus])

  expect(output).toBe(
    `broken ${blob}
  WT_RECORDING_INVALID: ${blob}: its bytes are not those that its name says
  → restore the file from version control
broken ${recording}
  WT_RECORDING_INVALID: ${recording}: is not JSON: line 1, column 11: expected ':', found the end of the text
  → correct it by hand, or delete the file and record again: WIRETAPE_MODE=record-if-missing
4 files, 1 of them recordings: 2 broken
`,
  )
  expect({ status, error }).toEqual({ status: 1, error: '' })
})

test('--secrets names the place and the rule of a secret, and never its text', async () => {
  const settings = `aws_secret_access_key: ${AWS_SECRET}`
  await put(CHAT_FILE, saying({ note: `it is ${AWS_KEY}`, settings, password: 'hunter2' }))
  const file = join(corpus, CHAT_FILE)

  const { status, output } = await run(['verify', '--secrets', corpus])

  expect(output).toBe(
    `secret ${file}, at /response/body/note: aws-access-key-id
  → if it is none: --allow 'aws-access-key-id@${CHAT_FILE}#/response/body/note'
secret ${file}, at /response/body/password: password
  → if it is none: --allow 'password@${CHAT_FILE}#/response/body/password'
secret ${file}, at /response/body/settings: secretlint:aws
  → if it is none: --allow 'secretlint:aws@${CHAT_FILE}#/response/body/settings'
1 file, 1 of them recordings: 0 broken, 3 that look like secrets
→ revoke what was committed, take it out of the file, and record again with a rule of your own: redact: { rules: […] }
`,
  )
  expect(status).toBe(1)
})

test('a secret that is the name of a member is not told by the places below it', async () => {
  await put(CHAT_FILE, saying({ [GITHUB]: { note: AWS_KEY } }))

  const { output } = await run(['verify', '--secrets', '--json', corpus])

  expect(output.trimEnd().split('\n')).toEqual([
    `{"path":"${CHAT_FILE}","secret":"github-token","pointer":"/response/body"}`,
    `{"path":"${CHAT_FILE}","secret":"aws-access-key-id","pointer":"/response/body/<github-token>/note"}`,
  ])
})

test('a secret in the pieces of a stream is found at its first piece', async () => {
  const [one, other] = ANTHROPIC
  const body = [item({ text: `${one}-` }), item({ text: other })]
  await put(
    CHAT_FILE,
    recordingOf({ url: CHAT, body, wire: { framing: 'sse', ending: 'complete' } }),
  )

  const { output } = await run(['verify', '--secrets', '--json', corpus])

  expect(output).toBe(
    `{"path":"${CHAT_FILE}","secret":"anthropic-api-key","pointer":"/response/body/0/__data__/text"}\n`,
  )
})

test("a secret of this machine's environment is found", async () => {
  const secret = 'q7Rt2Vx9Lm4Kp8Ws'
  vi.stubEnv('BILLING_API_KEY', secret)
  await put(CHAT_FILE, saying({ note: `use ${secret}` }))

  const { output } = await run(['verify', '--secrets', '--json', corpus])

  expect(output).toBe(
    `{"path":"${CHAT_FILE}","secret":"BILLING_API_KEY","pointer":"/response/body/note"}\n`,
  )
})

test('a file that can not be parsed is scanned as it is', async () => {
  await put(CHAT_FILE, `<<<<<<< HEAD\n${AWS_KEY}\n`)
  await put('notes.md', `${GITHUB}\n`)

  const { output } = await run(['verify', '--secrets', '--json', corpus])

  expect(output).toContain(`{"path":"notes.md","secret":"github-token","pointer":""}\n`)
  expect(output).toContain(`{"path":"${CHAT_FILE}","secret":"aws-access-key-id","pointer":""}\n`)
  expect(output).toContain(`{"path":"${CHAT_FILE}","error":"WT_RECORDING_INVALID"`)
})

test.each([
  ['aws-access-key-id'],
  [`aws-access-key-id@${CHAT_FILE}`],
  [`aws-access-key-id@${CHAT_FILE}#/response/body/note`],
  [`aws-access-key-id@${CHAT_FILE}#/response`],
])('--allow %s waives a finding', async (waiver) => {
  await put(CHAT_FILE, saying({ note: AWS_KEY }))

  const ran = await run(['verify', '--secrets', '--allow', waiver, corpus])

  expect(ran).toMatchObject({
    status: 0,
    output: '1 file, 1 of them recordings: 0 broken, 0 that look like secrets\n',
  })
})

test('what is waived hides nothing else at its place', async () => {
  await put(CHAT_FILE, saying({ note: `${AWS_KEY} https://ann:hunter2pass@crm.example.com/` }))

  const { status, output } = await run([
    'verify',
    '--secrets',
    '--json',
    '--allow',
    'aws-access-key-id',
    corpus,
  ])

  expect(output).toBe(
    `{"path":"${CHAT_FILE}","secret":"secretlint:basicauth","pointer":"/response/body/note"}\n`,
  )
  expect(status).toBe(1)
})

test('a corpus that is not there is an error', async () => {
  const none = join(corpus, 'none')
  await mkdir(none)

  expect(await run(['verify', none])).toMatchObject({
    status: 1,
    output: '',
    error: `error WT_CORPUS_UNREADABLE: ${none}: holds no files\n→ name the folder that has wiretape.json in it\n`,
  })
})

test('an --allow that is none is wrong use', async () => {
  expect(await run(['verify', '--allow', '#/a', corpus])).toMatchObject({
    status: 2,
    error:
      "error: option '--allow <finding>' argument '#/a' is invalid. It takes '<rule>', '<rule>@<file>' or '<rule>@<file>#<place>'.\n",
  })
})

test('what it scans it does not change', async () => {
  await put(CHAT_FILE, saying({ note: AWS_KEY }))
  const before = await readFile(join(corpus, CHAT_FILE))

  await run(['verify', '--secrets', corpus])

  expect(await readFile(join(corpus, CHAT_FILE))).toEqual(before)
})
