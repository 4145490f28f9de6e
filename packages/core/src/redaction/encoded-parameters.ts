import { isSecretParameter } from '../request/query-parameter.ts'
import { placeholderFor } from '../request/placeholders.ts'
import { RANK } from './span.ts'
import type { TextRule } from './text-rules.ts'

/** A value ends where the next parameter begins, encoded or not. */
const PARAMETER =
  /%(?:3F|26)([\w.-]{2,64})%3D((?:[\w.~+/!*:@$,;-]|%(?!23|26)[0-9A-F]{2}){1,8192})/gi

/** Parameters of an address that stands, encoded, in another: `?next=https%3A%2F%2Fa.test%2F%3Fsig%3D…`. */
export const findEncodedParameters: TextRule = (text, add) => {
  if (!/%3D/i.test(text)) return
  for (const { 0: whole, 1: name = '', 2: value = '', index } of text.matchAll(PARAMETER)) {
    const end = index + whole.length
    if (isSecretParameter(name, value))
      add({
        start: end - value.length,
        end,
        rule: name,
        text: encodeURIComponent(placeholderFor(name)),
        rank: RANK.name,
      })
  }
}
