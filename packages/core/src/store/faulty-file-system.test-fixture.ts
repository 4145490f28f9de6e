import { readdirSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/** A step of writing that can fail. */
export type Step = 'mkdir' | 'open' | 'write' | 'close' | 'sync' | 'link' | 'rename' | 'rm'

type FileSystem = typeof import('node:fs/promises')

/** A file system whose steps fail as a test says; the rest is the real one. */
export interface Faults {
  /** From now on a step fails with this code, on paths that end so. */
  fail(step: Step, code: string, pathEnd?: string): void
  /** What is called before a step. */
  before(step: Step, act: (path: string) => Promise<void>): void
  /** The paths of each step, in order. */
  readonly done: [step: Step, path: string][]
  reset(): void
  /** For `vi.mock('node:fs/promises', …)`. */
  wrap(real: FileSystem): FileSystem
}

export function createFaults(): Faults {
  const failing = new Map<Step, { readonly code: string; readonly pathEnd: string }>()
  const acts = new Map<Step, (path: string) => Promise<void>>()
  const done: [Step, string][] = []

  async function perform<Result>(
    step: Step,
    path: string,
    work: () => Promise<Result>,
  ): Promise<Result> {
    await acts.get(step)?.(path)
    const fault = failing.get(step)
    if (fault !== undefined && path.endsWith(fault.pathEnd))
      throw Object.assign(new Error(`${fault.code}: injected, ${step} '${path}'`), {
        code: fault.code,
      })
    done.push([step, path])
    return work()
  }

  function wrapFile(file: FileHandle, path: string): FileHandle {
    const writeFile = file.writeFile.bind(file)
    const close = file.close.bind(file)
    const sync = file.sync.bind(file)
    file.writeFile = (...given) => perform('write', path, () => writeFile(...given))
    file.sync = () => perform('sync', path, sync)
    // It is closed in any case: only its answer may be lost.
    file.close = async () => {
      await close()
      await perform('close', path, async () => undefined)
    }
    return file
  }

  return {
    done,
    fail: (step, code, pathEnd = '') => void failing.set(step, { code, pathEnd }),
    before: (step, act) => void acts.set(step, act),
    reset: () => {
      failing.clear()
      acts.clear()
      done.length = 0
    },
    wrap: (real) => ({
      ...real,
      mkdir: ((path: string, ...rest: []) =>
        perform('mkdir', path, () => real.mkdir(path, ...rest))) as FileSystem['mkdir'],
      open: (path, ...rest) =>
        perform('open', String(path), async () =>
          wrapFile(await real.open(path, ...rest), String(path)),
        ),
      link: (from, to) => perform('link', String(to), () => real.link(from, to)),
      rename: (from, to) => perform('rename', String(to), () => real.rename(from, to)),
      rm: (path, ...rest) => perform('rm', String(path), () => real.rm(path, ...rest)),
    }),
  }
}

/** The names of all files below a folder, hidden ones too. */
export function namesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
}
