import { runCli } from 'wiretape'

export interface Ran {
  readonly status: number
  readonly output: string
  readonly error: string
  /** What each write added. */
  readonly writes: readonly string[]
}

export interface RunOptions {
  /** What stands on standard input. */
  readonly input?: string | undefined
  readonly isTerminal?: boolean | undefined
  readonly isColoured?: boolean | undefined
}

/** Runs the command in this process, with streams that are kept. */
export async function run(parameters: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const writes: string[] = []
  const errors: string[] = []
  const status = await runCli(parameters, {
    write: async (text) => void writes.push(text),
    writeError: (text) => void errors.push(text),
    readInput: async () => Buffer.from(options.input ?? ''),
    isTerminal: options.isTerminal ?? false,
    isColoured: options.isColoured ?? false,
  })
  return { status, output: writes.join(''), error: errors.join(''), writes }
}
