/** One request in a report. */
export interface ReportEntry {
  readonly method: string
  readonly url: string
  /** The recording's file as a person would open it; null where there is none. */
  readonly recording: string | null
  readonly testId: string | null
}

/** What became of the requests of a tape and its scopes. */
export interface TapeReport {
  readonly replayed: readonly ReportEntry[]
  readonly recorded: readonly ReportEntry[]
  /** Requests that no recording answers. */
  readonly missed: readonly ReportEntry[]
  /** Answers that were handed on and not kept: a 401, or what another process had recorded meanwhile. */
  readonly refused: readonly ReportEntry[]
  /** Recorded occurrences, after those that were replayed, that nobody asked for; known after `close()`. */
  readonly unused: readonly string[]
}

/** A report in the making. */
export interface ReportLists {
  readonly replayed: ReportEntry[]
  readonly recorded: ReportEntry[]
  readonly missed: ReportEntry[]
  readonly refused: ReportEntry[]
  readonly unused: string[]
}

export function createReport(): ReportLists {
  return { replayed: [], recorded: [], missed: [], refused: [], unused: [] }
}
