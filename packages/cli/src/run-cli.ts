import { CommanderError } from 'commander'
import { createProgram } from './cli.ts'
import { ExitError } from './exit-error.ts'
import { type CliIo, OutputClosed } from './io.ts'
import { escapeControls } from './terminal-text.ts'

/** Exit status of a command that failed, and of one that was called wrongly. */
const FAILED = 1
const MISUSED = 2

/**
 * Runs the `wiretape` command.
 *
 * @param parameters what stands behind `wiretape`
 * @returns the exit status: 0, 1 where the command failed, 2 where it was called wrongly
 * @public
 */
export async function runCli(parameters: readonly string[], io: CliIo): Promise<number> {
  // Commander writes and forgets; a reader that has gone away is only noticed by who waits.
  const said: string[] = []
  try {
    const status = await runProgram(parameters, io, (text) => said.push(text))
    if (said.length > 0) await io.write(said.join(''))
    return status
  } catch (error) {
    if (error instanceof OutputClosed) return 0
    throw error
  }
}

async function runProgram(
  parameters: readonly string[],
  io: CliIo,
  print: (text: string) => void,
): Promise<number> {
  try {
    await createProgram(io, print).parseAsync(parameters, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof ExitError) return error.status
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED
    const { WiretapeError } = await import('@wiretape/core')
    if (!WiretapeError.is(error)) throw error
    io.writeError(`error ${escapeControls(error.message)}\n`)
    return FAILED
  }
}
