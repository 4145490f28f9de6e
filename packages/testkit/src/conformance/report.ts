/** What a conformance run found. */
export interface ConformanceReport {
  /** Lines of counts and figures. */
  readonly counts: readonly string[]
  /** One line for each failure. */
  readonly failures: readonly string[]
}
