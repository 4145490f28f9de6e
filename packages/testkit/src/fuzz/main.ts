import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fuzz, type FuzzKind, type FuzzReport } from './fuzz-run.ts'
import { recordingKind, streamKind } from './fuzz-kinds.ts'

/** Where the recordings of this repository lie, from its root. */
const CORPUS = 'recordings'
/** A case that takes longer than this never ends, even on a machine that does much else. */
const HANG_SECONDS = 60

/** `npm run fuzz -- [--seed=<n>] [--cases=<n>] [--from=<n>] [recordings | streams] …` */
export async function main(parameters: readonly string[]): Promise<void> {
  const number = (name: string, usual: number): number => {
    const given = parameters.find((parameter) => parameter.startsWith(`--${name}=`))
    return given === undefined ? usual : Number(given.slice(name.length + 3))
  }
  const [seed, cases, from] = [number('seed', 1), number('cases', 100_000), number('from', 0)]
  delete process.env['CI']
  const names = parameters.filter((parameter) => !parameter.startsWith('--'))
  const kinds = [await recordingKind(await corpusTexts()), streamKind()].filter(
    ({ name }) => names.length === 0 || names.includes(name),
  )
  const watch = watchForHangs(seed)
  for (const kind of kinds) {
    const memory = createMemoryGauge()
    const report = await fuzz(kind, {
      seed,
      cases,
      from,
      onCase: (index) => {
        watch.beat(kind, index)
        if (index % 1000 === 0) memory.look()
      },
    })
    memory.look()
    await printReport(kind, seed, report)
    print(`  memory: ${memory.say()}`)
    if (report.failures.length > 0) process.exitCode = 1
  }
  await watch.stop()
}

async function corpusTexts(): Promise<string[]> {
  const files = await readdir(CORPUS, { recursive: true })
  const recordings = files.filter((file) => /[0-9a-f]{64}(-\d+)?\.json$/.test(file)).toSorted()
  return Promise.all(recordings.map((file) => readFile(join(CORPUS, file), 'utf8')))
}

async function printReport(kind: FuzzKind, seed: number, report: FuzzReport): Promise<void> {
  const { cases, milliseconds, codes, slowest, failures } = report
  print(`${kind.name}, seed ${seed}: ${cases} cases in ${Math.round(milliseconds / 1000)} s`)
  for (const [code, count] of [...codes].toSorted(([, left], [, right]) => right - left))
    print(`  ${code}: ${count}`)
  print(`  slowest: case ${slowest.index}, ${Math.round(slowest.milliseconds)} ms`)
  for (const { index, error, smallest } of failures) {
    const path = `${kind.name}-${seed}-${index}.input`
    await writeFile(path, smallest)
    print(`FAILED case ${index}, smallest input in ${path} (${smallest.length} bytes):`)
    print(error instanceof Error ? (error.stack ?? error.message) : String(error))
    print(`  again: npm run fuzz -- --seed=${seed} --from=${index} --cases=1 ${kind.name}`)
  }
  print(`  ${failures.length} failures`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

interface MemoryGauge {
  look(): void
  say(): string
}

/** Memory that is in use after a garbage collection, where node runs with --expose-gc. */
function createMemoryGauge(): MemoryGauge {
  const heaps: number[] = []
  let most = 0
  return {
    look: () => {
      const { rss, heapUsed } = process.memoryUsage()
      most = Math.max(most, rss)
      globalThis.gc?.()
      heaps.push(globalThis.gc === undefined ? heapUsed : process.memoryUsage().heapUsed)
    },
    say: () => {
      const first = heaps[Math.min(1, heaps.length - 1)] ?? 0
      const word = globalThis.gc === undefined ? 'heap' : 'heap after collection'
      return `${word} ${megabytes(first)} at first, ${megabytes(heaps.at(-1) ?? 0)} at last; most rss ${megabytes(most)}`
    },
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`
}

interface Watch {
  beat(kind: FuzzKind, index: number): void
  stop(): Promise<unknown>
}

/** Another thread, which says what case never ends and ends the program: the one that hangs can't. */
function watchForHangs(seed: number): Watch {
  const shared = new Int32Array(new SharedArrayBuffer(12))
  const names = ['recordings', 'streams']
  const code = `
    const { workerData } = require('node:worker_threads')
    const { shared, names, seed, seconds } = workerData
    let last = -1
    let since = Date.now()
    setInterval(() => {
      if (shared[0] !== last) { last = shared[0]; since = Date.now(); return }
      if (Date.now() - since < seconds * 1000) return
      require('node:fs').writeSync(2, 'HANGS: npm run fuzz -- --seed=' + seed + ' --from=' + shared[1] + ' --cases=1 ' + names[shared[2]] + '\\n')
      process.kill(process.pid, 'SIGKILL')
    }, 500)`
  const worker = new Worker(code, {
    eval: true,
    workerData: { shared, names, seed, seconds: HANG_SECONDS },
  })
  worker.unref()
  return {
    beat: ({ name }, index) => {
      shared[1] = index
      shared[2] = names.indexOf(name)
      Atomics.add(shared, 0, 1)
    },
    stop: () => worker.terminate(),
  }
}
