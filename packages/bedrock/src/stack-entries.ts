import type { Middleware, MiddlewareOptions, MiddlewareStack } from './smithy.ts'

/** A middleware as it was added to a stack. */
interface Entry {
  readonly middleware: Middleware
  readonly options: MiddlewareOptions
  readonly add: 'add' | 'addRelativeTo'
}

/** The middleware of this name; undefined where there is none. */
export function middlewareNamed(stack: MiddlewareStack, name: string): Middleware | undefined {
  return entriesOf(stack).find(({ options }) => options.name === name)?.middleware
}

/** Puts another middleware in the place of each of these names. */
export function replaceMiddleware(stack: MiddlewareStack, names: RegExp, other: Middleware): void {
  for (const { add, options } of entriesOf(stack))
    if (names.test(options.name ?? '')) stack[add](other, { ...options, override: true })
}

/** A stack shows what is in it only to another that takes it over. */
function entriesOf(stack: MiddlewareStack): Entry[] {
  const entries: Entry[] = []
  const collect =
    (add: Entry['add']): MiddlewareStack['add'] =>
    (middleware, given) => {
      const { middleware: _, ...options } = given
      entries.push({ middleware, options, add })
    }
  stack.applyToStack({ add: collect('add'), addRelativeTo: collect('addRelativeTo') })
  return entries
}
