import { FALSE, NULL, TRUE } from '../json/access.ts'
import type { Endpoint } from './dialect.ts'

type Defaults = NonNullable<Endpoint['defaults']>

/** Where a request streams only if it says so. */
export const UNSTREAMED: Defaults = { stream: [FALSE] }

/** The same where the reference has `stream` as "boolean or null". */
export const UNSTREAMED_OR_NULL: Defaults = { stream: [FALSE, NULL] }

/** Where a request streams unless it says otherwise. */
export const STREAMED: Defaults = { stream: [TRUE] }
