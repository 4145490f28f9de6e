import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { json } from '@wiretape/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildEntries, builtFolder } from './build-entries.ts'
import { CHAT, chatAnswer, chatBody, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const folder = builtFolder('register')

beforeAll(() => buildEntries(folder), 60_000)

afterAll(() => rm(folder, { recursive: true }))

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Program {
  readonly name: string
  readonly code: string
  readonly flags: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program in a process of its own. */
async function run({ name, code, flags, env = {} }: Program): Promise<Ran> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, name)
  await writeFile(file, code)
  // The tests' own environment would tell the program how to run.
  const own = /^(CI$|WIRETAPE_|VITEST|NODE_ENV$|NODE_OPTIONS$)/
  const inherited = Object.entries(process.env).filter(([variable]) => !own.test(variable))
  const given = {
    ...Object.fromEntries(inherited),
    WIRETAPE_RECORDINGS: fixture.folder,
    URL: fixture.provider.url,
    ...env,
  }
  return new Promise((resolve) => {
    const options = { env: given, cwd: folder, timeout: 15_000 }
    execFile(process.execPath, [...flags, file], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    )
  })
}

const byImport = (): string[] => ['--import', pathToFileURL(join(folder, 'register.mjs')).href]
const byRequire = (): string[] => ['--require', join(folder, 'register.cjs')]

const ASK = `
const response = await fetch(process.env.URL + '${CHAT}', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: ${JSON.stringify(chatBody())},
})
process.stdout.write(response.status + ' ' + (await response.text()))
`

test.each([
  ['--import', byImport],
  ['--require', byRequire],
])(
  '%s: a program that knows nothing of it is recorded, then replayed offline',
  async (_, flags) => {
    fixture.provider.script(chatAnswer(1))
    const program = { name: 'ask.mjs', code: ASK, flags: flags() }
    const env = { WIRETAPE_MODE: 'record', WIRETAPE_TEST_ID: 'a test' }
    const recorded = await run({ ...program, env })
    await fixture.provider.close()
    const replayed = await run(program)

    expect(recorded).toMatchObject({ code: 0, stderr: '' })
    expect(recorded.stdout).toMatch(/^200 data: .*"lo ☀️".*\[DONE\]\n\n$/s)
    expect(replayed).toEqual(recorded)
    expect(fixture.provider.requests).toHaveLength(1)
  },
)

test('a miss is printed at the end, and the exit code is 1', async () => {
  const ran = await run({ name: 'ask.mjs', code: ASK, flags: byImport() })

  expect(ran.code).toBe(1)
  expect(ran.stdout).toMatch(/^404 /)
  expect(ran.stderr).toMatch(
    /^wiretape: WT_RECORDING_NOT_FOUND: no recording answers POST \/v1\/chat\/completions \(gpt-test\)\n/,
  )
})

test('a miss is printed and changes the exit code where the program calls process.exit', async () => {
  const code = `${ASK}\nprocess.exit(0)\n`
  const ran = await run({ name: 'exit.mjs', code, flags: byImport() })

  expect(ran.code).toBe(1)
  expect(ran.stderr).toContain('WT_RECORDING_NOT_FOUND: no recording answers POST')
})

test('an exit code of the program’s own stays', async () => {
  const code = `${ASK}\nprocess.exitCode = 3\n`
  const ran = await run({ name: 'code.mjs', code, flags: byImport() })

  expect(ran.code).toBe(3)
})

test('WIRETAPE_ONLY is taped besides, and WIRETAPE_PASS_THROUGH passes', async () => {
  fixture.provider.answer(json({ ok: true }))
  const code = `
    const get = async (path) => process.stdout.write((await fetch(process.env.URL + path)).status + ' ')
    await get('/weather')
    await get('/v1/models')
  `
  const { host } = new URL(fixture.provider.url)
  const only = { WIRETAPE_ONLY: ` ${host}, other.example` }
  const named = await run({ name: 'get.mjs', code, flags: byImport(), env: only })
  const passing = { WIRETAPE_PASS_THROUGH: '127.0.0.1' }
  const passed = await run({ name: 'get.mjs', code, flags: byImport(), env: passing })

  expect(named).toMatchObject({ code: 1, stdout: '404 404 ' })
  expect(passed).toEqual({ code: 0, stdout: '200 200 ', stderr: '' })
})

test('a wrong mode stops the program before it begins', async () => {
  const env = { WIRETAPE_MODE: 'replya' }
  const ran = await run({ name: 'ask.mjs', code: ASK, flags: byImport(), env })

  expect(ran.code).toBe(1)
  expect(ran.stdout).toBe('')
  expect(ran.stderr).toContain("WT_OPTION_INVALID: WIRETAPE_MODE takes 'live', 'record', 'replay'")
})

test("Node's own agent, which is there once fetch was used, sends what is recorded", async () => {
  fixture.provider.script(json({ ok: true }), chatAnswer(2))
  const code = `
    await (await fetch(process.env.URL + '/health')).text()
    const { createTape } = await import('./core.mjs')
    const { createTapeDispatcher } = await import('./index.mjs')
    const tape = createTape({ mode: 'record' })
    const response = await fetch(process.env.URL + '${CHAT}', {
      method: 'POST',
      body: ${JSON.stringify(chatBody())},
      dispatcher: createTapeDispatcher(tape),
    })
    process.stdout.write(response.status + ' ' + (await response.text()))
    await tape.close()
  `
  const ran = await run({ name: 'own.mjs', code, flags: [] })

  expect(ran).toMatchObject({ code: 0, stderr: '' })
  expect(ran.stdout).toMatch(/^200 data: .*"lo ☀️".*\[DONE\]\n\n$/s)
  expect(await fixture.recordings()).toHaveLength(1)
})

test('a dispatcher that can’t be replaced is WT_NOT_INSTALLED, and nothing is changed', async () => {
  const code = `
    const { getGlobalDispatcher } = await import('undici')
    const slots = [1, 2].map((version) => Symbol.for('undici.globalDispatcher.' + version))
    const [free, fixed] = slots.toSorted((one, other) => ORDER * (slots.indexOf(one) - slots.indexOf(other)))
    Object.defineProperty(globalThis, fixed, { value: globalThis[fixed], writable: false })
    const read = () => [fetch, getGlobalDispatcher(), ...slots.map((slot) => globalThis[slot])]
    const { createTape } = await import('./core.mjs')
    const { installTape } = await import('./index.mjs')
    const before = read()
    try {
      installTape(createTape())
    } catch (error) {
      process.stdout.write(error.message + '\\n')
    }
    process.stdout.write(String(read().every((value, index) => value === before[index])))
  `
  const fixed = [1, -1].map((order) => code.replace('ORDER', String(order)))
  const said = [
    "WT_NOT_INSTALLED: undici's global dispatcher can't be replaced here",
    '→ hand each client a createTapeFetch(tape) or createTapeDispatcher(tape) instead',
    'true',
  ]

  for (const program of fixed) {
    const ran = await run({ name: 'fixed.mjs', code: program, flags: [] })
    expect({ ...ran, stdout: ran.stdout.split('\n') }).toEqual({
      code: 0,
      stderr: '',
      stdout: said,
    })
  }
})
