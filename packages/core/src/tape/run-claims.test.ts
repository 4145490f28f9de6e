import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { processState } from './process-state.ts'
import { claimInRun, forgetMark, type RunClaim, type RunClaimed } from './run-claims.ts'
import { createRunFile, runFolder } from './run-folder.ts'
import { chatReads, chatRequest, readText, scriptLive } from './scripted-live.test-fixture.ts'
import { createTape, type Tape } from './tape.ts'

let folder: string
let slots = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-claims-'))
  vi.stubEnv('WIRETAPE_CACHE', join(folder, 'cache'))
  vi.stubEnv('CI', '')
})

afterEach(() => {
  processState().warned.clear()
  vi.restoreAllMocks()
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

function newSlot(): string {
  return join(runFolder('run'), `slot-${(slots += 1)}`)
}

/** Each call is as one of another process: claims know nothing of each other but their files. */
function claim(file: string, isMoving = true, signal?: AbortSignal): Promise<RunClaimed> {
  return claimInRun(file, { isMoving: () => isMoving, signal })
}

async function takeClaim(file: string, isMoving = true): Promise<RunClaim> {
  const claimed = await claim(file, isMoving)
  if (claimed.kind !== 'claim') throw new Error(`there is a mark: ${claimed.mark}`)
  return claimed.claim
}

/** How many of a crowd got the claim; each keeps what it fetched. */
async function crowd(file: string, size: number): Promise<number> {
  let claims = 0
  await Promise.all(
    Array.from({ length: size }, async () => {
      const claimed = await claim(file)
      if (claimed.kind === 'recorded') return
      claims += 1
      await sleep(5)
      await claimed.claim.release(true)
    }),
  )
  return claims
}

test('one of a crowd gets the claim, and the rest find its mark', async () => {
  expect(await crowd(newSlot(), 50)).toBe(1)
})

test('a claim says who holds it, and its mark who kept the answer', async () => {
  const file = newSlot()
  const who = { pid: process.pid, at: expect.stringMatching(/^\d{4}-.*Z$/) }

  const held = await takeClaim(file)

  expect(JSON.parse(await readFile(`${file}.0`, 'utf8'))).toEqual(who)
  const mark = await held.release(true)
  expect(JSON.parse(await readFile(`${file}.done`, 'utf8'))).toEqual(who)
  expect(await claim(file)).toEqual({ kind: 'recorded', mark })
})

test('where nothing is kept, one after another gets the claim', async () => {
  const file = newSlot()
  let claims = 0

  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const held = await takeClaim(file)
      claims += 1
      await held.release(false)
    }),
  )

  processState().generations.clear()
  await (await takeClaim(file)).release(false)
  expect(claims).toBe(8)
  expect(
    (await readdir(runFolder('run'))).filter((name) => file.endsWith(name.split('.')[0] ?? '')),
  ).toHaveLength(9)
})

test('a mark is forgotten by those who saw it, and one that was made since stays', async () => {
  const file = newSlot()
  const first = await (await takeClaim(file)).release(true)
  await forgetMark(file, first ?? '')
  await sleep(5)
  const second = await (await takeClaim(file)).release(true)

  await forgetMark(file, first ?? '')

  expect(await claim(file)).toEqual({ kind: 'recorded', mark: second })
})

test('a tool is called once a run, by whichever process', async () => {
  vi.stubEnv('WIRETAPE_RUN_ID', 'run of a tool')
  let calls = 0
  const callOnce = async (): Promise<unknown> => {
    const tape = tapeOfAnotherProcess('tools')
    const result = await tape.call({ provider: 'p', tool_name: 't' }, {}, async () => (calls += 1))
    await tape.close()
    return result
  }

  expect([await callOnce(), await callOnce()]).toEqual([1, 1])
})

/** A tape of a process that knows nothing yet of the run. */
function tapeOfAnotherProcess(recordings: string, drain?: number): Tape {
  processState().fetched.clear()
  return createTape({ mode: 'record', recordings: join(folder, recordings), drain })
}

function nameOf(error: unknown): string {
  return (error as Error).name
}

test('a tape that is closed gives up waiting for another process', async () => {
  vi.stubEnv('WIRETAPE_RUN_ID', 'run of two tapes')
  const { live, sent } = scriptLive({ head: new Promise(() => undefined) })
  const fetching = tapeOfAnotherProcess('two tapes', 10)
  const fetched = fetching.handle(chatRequest('q'), live).catch(nameOf)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  const waiting = tapeOfAnotherProcess('two tapes', 10)
  const waited = waiting.handle(chatRequest('q'), live).catch(nameOf)
  await sleep(50)

  await waiting.close()

  expect(await waited).toBe('AbortError')
  await fetching.close()
  expect(await fetched).toBe('AbortError')
  expect(sent).toHaveLength(1)
})

test('the first of a run sweeps what others left a day ago, and nothing else', async () => {
  const runs = join(runFolder('run'), '..')
  const [old, recent, foreign] = ['a'.repeat(64), 'b'.repeat(64), 'mine']
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
  for (const name of [old, recent, foreign]) await mkdir(join(runs, name), { recursive: true })
  await writeFile(join(runs, old, 'slot.0'), '')
  for (const name of [old, foreign]) await utimes(join(runs, name), yesterday, yesterday)

  const file = await createRunFile(join(runFolder('a new run'), 'slot.0'))
  await file?.close()

  const left = await readdir(runs)
  expect(left).toEqual(expect.arrayContaining([recent, foreign]))
  expect(left).not.toContain(old)
})

test('where the cache can’t be written, the process says so once and is a run of its own', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  await writeFile(join(folder, 'file'), '')
  const file = join(folder, 'file', 'runs', 'run', 'slot')
  vi.stubEnv('WIRETAPE_RUN_ID', '7')

  const claims = [await claim(file), await claim(file)]

  expect(claims.map(({ kind }) => kind)).toEqual(['claim', 'claim'])
  expect(warn.mock.calls).toEqual([
    [
      `this process shares no fetches with the others of its run, WIRETAPE_RUN_ID=7: ENOTDIR: not a directory, stat '${file}.1'`,
      {
        type: 'WiretapeWarning',
        code: 'WT_RUN_NOT_SHARED',
        detail: 'let WIRETAPE_CACHE name a folder that can be written',
      },
    ],
  ])
})

describe.concurrent('time', () => {
  test('a follower waits as long as the claim is touched', async () => {
    const file = newSlot()
    const held = await takeClaim(file)
    let claimed: RunClaimed | undefined
    const follower = claim(file).then((result) => (claimed = result))

    await sleep(6500)

    expect(claimed).toBe(undefined)
    const mark = await held.release(true)
    expect(await follower).toEqual({ kind: 'recorded', mark })
  })

  test('a follower waits 5 s for a claim that is not touched, and the first commit is the mark', async () => {
    const file = newSlot()
    const hanging = await takeClaim(file, false)
    const startedAt = performance.now()

    const next = await takeClaim(file)

    expect(performance.now() - startedAt).toBeGreaterThan(4500)
    expect(performance.now() - startedAt).toBeLessThan(6000)
    expect(await hanging.isOvertaken()).toBe(false)
    const mark = await next.release(true)
    expect(await hanging.isOvertaken()).toBe(true)
    expect(await hanging.release(true)).toBe(mark)
  })

  test('an answer that nobody reads holds up no other process', async () => {
    vi.stubEnv('WIRETAPE_RUN_ID', 'run of an idle reader')
    const { live, sent } = scriptLive({ body: chatReads('a') }, { body: chatReads('b') })
    const idle = tapeOfAnotherProcess('idle')
    await idle.handle(chatRequest('q'), live)
    const other = tapeOfAnotherProcess('idle')

    expect(await readText(await other.handle(chatRequest('q'), live))).toContain('"content":"b"')

    await idle.close()
    await other.close()
    expect(sent).toHaveLength(2)
    expect(idle.report()).toMatchObject({ recorded: [], refused: [{}] })
  })

  test('one of a crowd takes over from the dead', async () => {
    const files = Array.from({ length: 10 }, newSlot)
    const past = new Date(Date.now() - 60_000)
    for (const file of files) {
      await (await createRunFile(`${file}.0`))?.close()
      await utimes(`${file}.0`, past, past)
    }

    const claims = await Promise.all(files.map((file) => crowd(file, 20)))

    expect(claims).toEqual(files.map(() => 1))
  })

  test('a follower that is aborted stops waiting', async () => {
    const file = newSlot()
    const held = await takeClaim(file)
    const controller = new AbortController()
    const follower = claim(file, true, controller.signal)

    setTimeout(() => controller.abort(), 50)

    await expect(follower).rejects.toMatchObject({ name: 'AbortError' })
    await held.release(false)
  })
})
