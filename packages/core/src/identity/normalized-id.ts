/** How wiretape spells ids: `rec-<12 hex>` for an answer, `<prefix>rec<12 hex>_<n>` for the rest, with an occurrence. */
const SPELLING = String.raw`(?:[A-Za-z0-9_-]{0,24}rec|rec-)([0-9a-f]{12})(?:-\d+)?(?:_\d+)?`
const NORMALIZED = new RegExp(`^${SPELLING}$`)

/** Every run of characters that ids are made of; what is shorter than a name can't be one. */
const TOKEN = /[A-Za-z0-9_-]{16,}/g

/** Whether wiretape named this id. */
export function isNormalizedId(id: string): boolean {
  return NORMALIZED.test(id)
}

/** The first digits of the key that an id was derived from; undefined where wiretape did not name it. */
export function keyDigitsOf(id: string): string | undefined {
  return NORMALIZED.exec(id)?.[1]
}

/**
 * A text with every id in it replaced, also within JSON or prose. Only runs of 16 and more characters are looked at: short
 * ids such as `call_0` stand in text that has nothing to do with them.
 */
export function replaceIds(text: string, replace: (id: string) => string | undefined): string {
  if (text.length < 16) return text
  return text.replace(TOKEN, (token) => replace(token) ?? token)
}
