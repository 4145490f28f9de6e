/** Ends a command with a status; its message has been written already. */
export class ExitError extends Error {
  override readonly name: string = 'ExitError'
  readonly status: number

  constructor(status: number) {
    super(`exit ${status}`)
    this.status = status
  }
}
