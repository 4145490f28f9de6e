import { isatty } from 'node:tty'
import { type CliIo, OutputClosed } from './io.ts'

/** The streams of this process. */
export function processIo(): CliIo {
  // A write that fails says so to its own callback; the event would end the process with a stack trace.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const isTerminal = isatty(process.stdout.fd)
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => {
          if (error === null || error === undefined) resolve()
          else reject(isClosedPipe(error) ? new OutputClosed() : error)
        })
      }),
    writeError: (text) => void process.stderr.write(text),
    readInput: async () => {
      const parts: Uint8Array[] = []
      for await (const part of process.stdin) parts.push(part as Uint8Array)
      return Buffer.concat(parts)
    },
    isTerminal,
    isColoured: isTerminal && (process.env['NO_COLOR'] ?? '') === '',
  }
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}
