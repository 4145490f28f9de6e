import type { CliIo } from '../io.ts'
import { shown } from '../terminal-text.ts'

/** What a piece of prose belongs to; pieces of two kinds never share a line. */
type ProseKind = 'text' | 'tool'

/** Output that grows piece by piece. */
export interface ProseLines {
  /** Continues what is open of this kind, else starts a line. */
  readonly add: (kind: ProseKind, text: string) => Promise<void>
  /** Starts a line that can be continued. */
  readonly start: (kind: ProseKind, text: string) => Promise<void>
  /** Adds a line of its own. */
  readonly addLine: (text: string) => Promise<void>
  /** Ends the line that is open. */
  readonly end: () => Promise<void>
}

export function createProseLines(io: CliIo): ProseLines {
  /** The kind of the line that is open. */
  let open: ProseKind | undefined

  async function write(kind: ProseKind | undefined, text: string): Promise<void> {
    const lead = open === undefined || open === kind ? '' : '\n'
    open = text.endsWith('\n') ? undefined : kind
    await io.write(lead + shown(io, text))
  }

  async function end(): Promise<void> {
    if (open !== undefined) await io.write('\n')
    open = undefined
  }

  return {
    add: write,
    start: async (kind, text) => {
      await end()
      await write(kind, text)
    },
    addLine: (text) => write(undefined, `${text}\n`),
    end,
  }
}
