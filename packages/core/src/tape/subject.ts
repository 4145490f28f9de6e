import { isAbsolute, join } from 'node:path'
import type { Slot } from './claims.ts'
import { after } from './clock.ts'
import { member, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { RecordingDocument } from '../recording/document.ts'
import { sha256 } from '../request/canonical-json.ts'
import type { Matcher } from '../request/matcher.ts'
import type { KeyedRequest } from '../request/request-key.ts'
import type { RequestView } from '../request/request-view.ts'
import type { LiveFetch, WireRequest } from '../request/wire.ts'
import type { RedactorSource } from '../redaction/redactor.ts'
import type { Address, FoundRecording } from '../store/corpus.ts'
import type { Layers } from '../store/layers.ts'
import type { RecordedBody } from './recorded-body.ts'
import type { ResolvedOptions } from './options.ts'
import { runFolder } from './run-folder.ts'
import type { ReportEntry, ReportLists } from './report.ts'
import type { Scope } from './scope.ts'
import type { WiretapeError } from '../errors/wiretape-error.ts'

/** What the exchanges of one tape share. */
export interface ExchangeContext {
  readonly options: ResolvedOptions
  readonly layers: Layers
  readonly report: ReportLists
  /** What is kept out of recordings and messages. */
  readonly redaction: RedactorSource
  /** Answers that are still being recorded. */
  readonly recording: Set<RecordedBody>
  /** Requests that wait for the head of their answer, or for who else fetches it, and how each is stopped. */
  readonly starting: Map<Promise<unknown>, () => void>
  /** The last occurrence of each key that was replayed. */
  readonly used: Map<string, UsedRecording>
  /** Remembers what went wrong where no caller may see it. */
  fail(error: WiretapeError): void
}

/** A recording that answered. */
export interface UsedRecording {
  readonly address: Address
  /** Its file as a person would open it. */
  readonly recording: string
  readonly ending: string
}

/** What is looked up: a request, or a tool's call. */
export interface Subject {
  readonly address: Address
  readonly scope: Scope
  /** What a person calls it, e.g. `POST /v1/chat/completions (gpt-4o)`. */
  readonly title: string
  readonly entry: Omit<ReportEntry, 'recording'>
  /** What makes two of them equal, for telling how two differ. */
  readonly canonical: JsonNode
  /** The same of a recording; undefined where it holds another kind of thing. */
  readonly canonicalOf: (found: FoundRecording) => JsonNode | undefined
  /** What makes two of them equal in a corpus with other options; absent where it has none. */
  readonly canonicalBy?: ((matcher: Matcher) => JsonNode) | undefined
  /** What a miss says of it as data. */
  readonly details: Readonly<Record<string, unknown>>
}

/** One request on its way through a tape. */
export interface Exchange extends Subject {
  readonly context: ExchangeContext
  readonly request: WireRequest
  readonly body: Uint8Array | null
  /** What goes out; `keyed` is the same without its secrets. */
  readonly outgoing: RequestView
  readonly keyed: KeyedRequest
  /** The options of its key. */
  readonly matcher: Matcher
  readonly live: LiveFetch
}

/** The recording of this occurrence; of the last there is where the tape repeats. */
export async function findRecording(
  context: ExchangeContext,
  { address }: Subject,
): Promise<FoundRecording | undefined> {
  const found = await context.layers.find(address)
  if (found !== undefined || context.options.repeats === 'error') return found
  for (let occurrence = address.occurrence - 1; occurrence >= 1; occurrence--) {
    const last = await context.layers.find({ ...address, occurrence })
    if (last !== undefined) return last
  }
  return undefined
}

/** Notes that a recording answered. */
export function noteReplayed(
  context: ExchangeContext,
  { address, entry }: Subject,
  found: FoundRecording,
): void {
  const recording = found.store.locate(found.path)
  context.report.replayed.push({ ...entry, recording })
  if ((context.used.get(address.hash)?.address.occurrence ?? 0) >= address.occurrence) return
  context.used.set(address.hash, { address, recording, ending: endingOf(found.document) })
}

/** How the answer of a recording ended; one of version 0 does not say, and is complete. */
export function endingOf({ response }: RecordingDocument): string {
  return stringMember(member(response, 'wire'), 'ending') ?? 'complete'
}

/** Occurrences after the last one of each key that was replayed. */
export async function findUnused(context: ExchangeContext): Promise<string[]> {
  const unused: string[] = []
  for (const { address } of context.used.values()) {
    const owner = await context.layers.nativeOwnerOf(address)
    if (owner === undefined) continue
    for (let next = address.occurrence + 1; ; next++) {
      const place = await owner.placeOf({ ...address, occurrence: next })
      if (place === undefined) break
      unused.push(place)
    }
  }
  return unused
}

/** Waits for the heads of answers that were asked for, so long as `drain` says; then they are given up. */
export async function finishStarting({ starting, options }: ExchangeContext): Promise<void> {
  if (starting.size === 0) return
  const cancel = after(options.drain.milliseconds, () => {
    for (const stop of starting.values()) stop()
  })
  await Promise.allSettled(starting.keys())
  cancel()
}

/** What a run fetches once: an occurrence of a key, for a corpus. */
export function slotOf(context: ExchangeContext, { address }: Subject): Slot {
  const run = process.env['WIRETAPE_RUN_ID'] ?? ''
  const place = context.layers.writable?.store.locate('-') ?? ''
  const name = JSON.stringify([run, place, address.hash, address.occurrence])
  // Another process knows a corpus in a folder by the same name, no other.
  const isShared = run !== '' && isAbsolute(place)
  return { name, file: isShared ? join(runFolder(run), sha256(name)) : undefined }
}
