/** One server-sent event. @public */
export interface ServerSentEvent {
  /** Text goes as it is, a `data:` line for each of its lines; anything else as JSON. */
  readonly data: unknown
  readonly event?: string | undefined
  readonly id?: string | undefined
  readonly retry?: number | undefined
}

/**
 * The text of one event with the blank line that ends it.
 *
 * @public
 */
export function formatServerSentEvent(event: ServerSentEvent): string {
  const data = typeof event.data === 'string' ? event.data : JSON.stringify(event.data)
  const lines = data.split('\n').map((line) => `data: ${line}`)
  if (event.retry !== undefined) lines.unshift(`retry: ${event.retry}`)
  if (event.id !== undefined) lines.unshift(`id: ${event.id}`)
  if (event.event !== undefined) lines.unshift(`event: ${event.event}`)
  return `${lines.join('\n')}\n\n`
}

/** Cuts a stream's text after each blank line; joined, the pieces are the text again. */
export function splitEvents(text: string): string[] {
  return text.match(/[\s\S]+?(?:\r\n\r\n|\n\n|\r\r|$)/g) ?? []
}
