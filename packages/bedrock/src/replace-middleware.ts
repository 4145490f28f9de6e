import type { Middleware, MiddlewareStack } from './smithy.ts'

interface Replacement {
  /** Where what takes the place comes from. */
  readonly from?: MiddlewareStack | undefined
  /** What takes the place in its stead. */
  readonly by?: Middleware | undefined
}

/** Puts other middleware in the place of each of these names. */
export function replaceMiddleware(
  stack: MiddlewareStack,
  names: RegExp,
  { from = stack.clone(), by }: Replacement,
): void {
  const replace =
    (add: 'add' | 'addRelativeTo'): MiddlewareStack['add'] =>
    (middleware, given) => {
      const { middleware: _, ...options } = given
      if (names.test(options.name ?? ''))
        stack[add](by ?? middleware, { ...options, override: true })
    }
  // A stack shows what is in it only to another that takes it over.
  from.applyToStack({ add: replace('add'), addRelativeTo: replace('addRelativeTo') })
}
