import { quoteString } from './escape.ts'
import type { JsonEscape } from './escape.ts'
import { invalidJsonValue } from './invalid-json.ts'
import { LONGEST_TEXT } from './limits.ts'
import type { JsonArray, JsonNode, JsonObject } from './node.ts'
import type { JsonStyle } from './style.ts'

export interface JsonPrintOptions extends JsonStyle {
  /**
   * Where true, that node is printed on one line without blanks, whatever the indentation. It's asked from the outside
   * in, and not below a node that's on one line already.
   *
   * @defaultValue never
   */
  readonly inline?: ((node: JsonNode) => boolean) | undefined
}

interface Printer {
  readonly indent: string
  readonly comma: string
  readonly colon: string
  readonly padding: string
  readonly escape: JsonEscape
  readonly inline: ((node: JsonNode) => boolean) | undefined
}

/**
 * Writes a node as JSON text: numbers as they were spelled, members in their order, everything else as the style says.
 * The default is compact, as `JSON.stringify` prints.
 *
 * @throws WT_JSON_INVALID where the text would have more than 268,435,456 characters, as indentation can make it
 */
export function printJson(node: JsonNode, options: JsonPrintOptions = {}): string {
  const printer: Printer = {
    indent: options.indent ?? '',
    comma: options.comma ?? ',',
    colon: options.colon ?? ':',
    padding: options.padding ?? '',
    escape: options.escape ?? 'minimal',
    inline: options.inline,
  }
  const text = withFill(printWithin(printer, node), node, options.fill)
  return (options.before ?? '') + text + (options.after ?? '')
}

function printWithin(printer: Printer, node: JsonNode): string {
  let text: string | undefined
  try {
    text = printNode(printer, node, '\n')
  } catch (error) {
    // Longer than any string can be; until it is read, a text is only a list of its pieces, so it has cost little.
    if (!(error instanceof RangeError)) throw error
  }
  if (text !== undefined && text.length <= LONGEST_TEXT) return text
  throw invalidJsonValue(`its text would have more than ${LONGEST_TEXT} characters`)
}

function withFill(text: string, node: JsonNode, fill: string | undefined): string {
  if (fill === undefined || (node.kind !== 'object' && node.kind !== 'array')) return text
  return text.slice(0, -1) + fill + text.slice(-1)
}

/** The margin is the line break and indentation that the node's own line has. */
function printNode(printer: Printer, node: JsonNode, margin: string): string {
  switch (node.kind) {
    case 'string':
      return quoteString(node.value, printer.escape)
    case 'number':
      return node.text
    case 'literal':
      return String(node.value)
    case 'object':
      if (node.members.length === 0) return '{}'
      break
    case 'array':
      if (node.items.length === 0) return '[]'
      break
  }
  if (printer.inline?.(node) === true) return printContainer(onOneLine(printer), node, margin)
  return printContainer(printer, node, margin)
}

function onOneLine(printer: Printer): Printer {
  const { escape } = printer
  return { indent: '', comma: ',', colon: ':', padding: '', escape, inline: undefined }
}

function printContainer(printer: Printer, node: JsonObject | JsonArray, margin: string): string {
  const { indent, padding, colon } = printer
  const inner = indent === '' ? '' : margin + indent
  const separator = printer.comma + inner
  const open = indent === '' ? padding : inner
  const close = indent === '' ? padding : margin
  let text = ''
  if (node.kind === 'array') {
    for (const item of node.items) {
      text += (text === '' ? open : separator) + printNode(printer, item, inner)
    }
    return `[${text}${close}]`
  }
  for (const { key, value } of node.members) {
    text += text === '' ? `{${open}` : separator
    text += quoteString(key, printer.escape) + colon + printNode(printer, value, inner)
  }
  return `${text}${close}}`
}
