import { WiretapeError } from '../errors/wiretape-error.ts'
import { redactUrl } from '../redaction/redact-form.ts'
import { createRedactorSource } from '../redaction/redactor.ts'
import { headerValue } from '../request/headers.ts'
import { parseUrl } from '../request/parse-url.ts'
import { collectBody } from '../request/collect-body.ts'
import type { LiveFetch, OutgoingRequest, WireRequest, WireResponse } from '../request/wire.ts'
import { createLayers } from '../store/layers.ts'
import { locateRecordings } from '../store/locate-recordings.ts'
import { exchange, passOn, TEST_ID_HEADER } from './exchange.ts'
import { createFailures } from './failures.ts'
import {
  checkIsolation,
  checkRules,
  type Isolation,
  type Mode,
  type PassThrough,
  resolveOptions,
  type TapeOptions,
} from './options.ts'
import { foreseeIds } from './outgoing-ids.ts'
import { processState } from './process-state.ts'
import { createReport, type TapeReport } from './report.ts'
import { createScope, type Scope } from './scope.ts'
import { type ExchangeContext, findUnused, finishStarting } from './subject.ts'
import { judgeTraffic, matchesRule } from './traffic.ts'
import { callTool } from './tool-call.ts'
import { runTool, type ToolCall, type ToolIdentity } from './tool-request.ts'
import { warnInProduction } from './warn-in-production.ts'
import { describeUnclaimed } from './unclaimed.ts'

export interface ScopeOptions {
  /** @defaultValue the tape's own */
  readonly isolation?: Isolation | undefined
}

export interface BackgroundOptions {
  /**
   * Requests to tape besides those that a dialect recognises: hosts, patterns of an address, or functions.
   *
   * @defaultValue none
   */
  readonly only?: readonly PassThrough[] | undefined
}

/** What a tape's methods were called on. */
interface View {
  readonly own: Scope
  /** Undefined where every request was handed over on purpose. */
  readonly only: readonly PassThrough[] | undefined
}

/**
 * What a program holds: a mode, one or more corpora, scopes.
 *
 * @public
 */
export interface Tape extends AsyncDisposable {
  /** What the tape really does, environment and all. */
  readonly mode: Mode
  /** A child tape with occurrence counters of its own; it needs no closing. */
  scope(testId: string, options?: ScopeOptions): Tape
  /** The same for whatever `fn` awaits. */
  run<Result>(testId: string, fn: () => Result): Result
  /**
   * The one seam that every adapter uses. `live` fetches the real answer and is not called on replay.
   *
   * @throws WT_RECORDING_NOT_FOUND where no recording answers; WT_RECORDING_INVALID, WT_MANIFEST_INVALID,
   * WT_VERSION_UNSUPPORTED and WT_CORPUS_UNREADABLE where one can't be read; WT_TAPE_CLOSED; and whatever `live` throws
   */
  handle(request: WireRequest, live: LiveFetch): Promise<WireResponse>
  /**
   * Address and body of a request as `handle` would send them, with the provider's own ids in place of the names that
   * wiretape gave: for a client that signs what it sends before `handle` has it. Nothing is counted, sent or refused.
   */
  restoreIds(request: WireRequest): Promise<Pick<OutgoingRequest, 'url' | 'body'>>
  /**
   * Whether `handle` would send this request on as it is, judged by its head alone: in `live` mode, under `passThrough`,
   * within `tape.call`, or where another adapter has it already. An adapter may then leave it to its client.
   */
  passes(request: WireRequest): boolean
  /**
   * The same tape for a hook that catches whatever a process sends: it tapes what a dialect recognises or `only` names,
   * lets pass what fetches credentials and what goes to loopback, and counts the rest as missed.
   */
  background(options?: BackgroundOptions): Tape
  /**
   * Records and replays any async function: tools whose answers enter the next prompt. JSON in, JSON out, in every mode;
   * what it throws is recorded and thrown again. Nothing inside `fn` is recorded, and replay never runs it. The key is
   * OGX's, of provider, tool and arguments.
   *
   * @example
   * const results = await tape.call({ provider: 'tavily', tool_name: 'web_search' }, { query }, search)
   *
   * @throws WT_VALUE_NOT_JSON where arguments or result are not plain JSON; WT_RECORDING_NOT_FOUND; and what `fn` throws
   */
  call<Arguments, Result>(
    tool: ToolIdentity,
    kwargs: Arguments,
    fn: (kwargs: Arguments) => Result | PromiseLike<Result>,
  ): Promise<Result>
  report(): TapeReport
  /** A miss that a test expects: `close()` says nothing of it. */
  acknowledge(error: unknown): void
  /**
   * Waits until all is written, then throws again what a client swallowed: a miss, a refused write.
   *
   * @throws the one error that there was; WT_TAPE_FAILED where there were several
   */
  close(): Promise<void>
}

/**
 * A tape, which records or replays what is handed to it.
 *
 * @example
 * const tape = createTape({ recordings: './recordings' })
 * const client = withTape(new OpenAI(), tape)
 * await tape.close()
 *
 * @throws WT_OPTION_INVALID, WT_RECORDING_REFUSED
 * @public
 */
export function createTape(options: TapeOptions = {}): Tape {
  const resolved = resolveOptions(options, process.env)
  if (resolved.isolation === 'test' && resolved.testId === null) throw missingTestId()
  warnInProduction(resolved.mode)
  const failures = createFailures()
  const { remembering, settling } = failures
  const report = createReport()
  const context: ExchangeContext = {
    options: resolved,
    layers: createLayers(resolved.recordings.map(locateRecordings), resolved.match),
    report,
    redaction: createRedactorSource(resolved.redact, process.env),
    recording: new Set(),
    starting: new Map(),
    used: new Map(),
    fail: failures.add,
  }
  const { running, suspended, claimed, open } = processState()
  const identity = {}
  let closed = false
  open.set(identity, () => failures.unsettled().map(({ message }) => message))

  async function handle(
    request: WireRequest,
    live: LiveFetch,
    { own, only }: View,
  ): Promise<WireResponse> {
    if (closed) throw tapeClosed(`${request.method} ${pathOf(request)}`)
    const fetch = claiming(live)
    if (passes(request)) return passOn(request, fetch)
    const scope = scopeOf(headerValue(request.headers, TEST_ID_HEADER), own)
    if (only === undefined) return remembering(exchange(context, request, { scope, live: fetch }))
    const read = { ...request, body: await collectBody(request.body) }
    const verdict = judgeTraffic(read, only)
    if (verdict === 'pass') return passOn(read, fetch)
    if (verdict === 'tape') return remembering(exchange(context, read, { scope, live: fetch }))
    const { entry, miss } = describeUnclaimed(read, scope, context.redaction.forMessages())
    report.missed.push(entry)
    return remembering(Promise.reject(miss))
  }

  const pathOf = ({ url }: WireRequest): string =>
    redactUrl(parseUrl(url), '/request/url', context.redaction.forMessages()).pathname

  /** What the real fetch sends, until its answer begins, is this request still: adapters below leave it alone. */
  function claiming(live: LiveFetch): LiveFetch {
    return async (outgoing) => {
      const claim = { isOpen: resolved.mode !== 'live' }
      try {
        return await claimed.run(claim, () => live(outgoing))
      } finally {
        claim.isOpen = false
      }
    }
  }

  const passes = (request: WireRequest): boolean =>
    isLive() || claimed.getStore()?.isOpen === true || matchesRule(request, resolved.passThrough)

  async function restoreIds(
    request: WireRequest,
    own: Scope,
  ): Promise<Pick<OutgoingRequest, 'url' | 'body'>> {
    if (closed || resolved.mode === 'replay' || passes(request))
      return { url: request.url, body: await collectBody(request.body) }
    const scope = scopeOf(headerValue(request.headers, TEST_ID_HEADER), own)
    return foreseeIds(request, { scope, layers: context.layers })
  }

  const isLive = (): boolean => resolved.mode === 'live' || suspended.getStore() === true

  async function call(tool: ToolCall, own: Scope): Promise<unknown> {
    if (closed) throw tapeClosed(`the tool ${tool.tool.provider}/${tool.tool.tool_name}`)
    if (isLive()) return runTool(tool)
    return remembering(callTool(context, scopeOf(undefined, own), tool))
  }

  const named = new Map<string, Scope>()

  /** The first of: the tape it was made through, the header, the async context, the tape's own scope. */
  function scopeOf(testId: string | undefined, own: Scope): Scope {
    if (own !== root) return own
    if (testId === undefined) return running.getStore()?.get(identity) ?? root
    const scope = named.get(testId) ?? createScope(testId, resolved.isolation)
    named.set(testId, scope)
    return scope
  }

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    open.delete(identity)
    await finishStarting(context)
    await Promise.all([...context.recording].map((answer) => answer.finish()))
    // What fails now must not hide what failed before.
    await settling(findUnused(context).then((unused) => report.unused.push(...unused)))
    for (const { store } of context.layers.corpora) await settling(store.flush())
    failures.throwUnsettled()
  }

  function tapeOf(view: View): Tape {
    const { own, only } = view
    return {
      mode: resolved.mode,
      scope: (testId, { isolation = resolved.isolation } = {}) => {
        checkTestId(testId)
        checkIsolation(isolation)
        return tapeOf({ own: createScope(testId, isolation), only })
      },
      run: (testId, fn) => {
        checkTestId(testId)
        const scopes = new Map(running.getStore())
        scopes.set(identity, createScope(testId, resolved.isolation))
        return running.run(scopes, fn)
      },
      handle: (request, live) => handle(request, live, view),
      passes: (request) => {
        if (headerValue(request.headers, TEST_ID_HEADER) !== undefined) return false
        return passes(request) || (only !== undefined && judgeTraffic(request, only) === 'pass')
      },
      background: ({ only: rules = [] } = {}) => tapeOf({ own, only: checkRules('only', rules) }),
      restoreIds: (request) => restoreIds(request, own),
      call: async <Arguments, Result>(
        tool: ToolIdentity,
        kwargs: Arguments,
        fn: (given: Arguments) => Result | PromiseLike<Result>,
      ) => (await call({ tool, kwargs, run: (given) => fn(given as Arguments) }, own)) as Result,
      report: () => ({
        replayed: [...report.replayed],
        recorded: [...report.recorded],
        missed: [...report.missed],
        refused: [...report.refused],
        unused: [...report.unused],
      }),
      acknowledge: failures.acknowledge,
      close,
      [Symbol.asyncDispose]: close,
    }
  }

  const root = createScope(resolved.testId, resolved.isolation)
  return tapeOf({ own: root, only: undefined })
}

function checkTestId(testId: string): void {
  if (typeof testId === 'string' && testId !== '') return
  throw new WiretapeError('WT_OPTION_INVALID', {
    message: `testId takes a string that is not empty, got ${JSON.stringify(testId)}`,
    hint: "name the test: tape.scope('chat > answers')",
    details: { option: 'testId' },
  })
}

function missingTestId(): WiretapeError {
  return new WiretapeError('WT_OPTION_INVALID', {
    message: "isolation 'test' needs a testId: the test belongs to the key",
    hint: "createTape({ isolation: 'test', testId: 'chat > answers' })",
    details: { option: 'testId' },
  })
}

function tapeClosed(what: string): WiretapeError {
  return new WiretapeError('WT_TAPE_CLOSED', {
    message: `${what} came after the tape was closed`,
    hint: 'close the tape after the last request: await tape.close() in afterAll',
  })
}
