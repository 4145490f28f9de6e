import { toolCall } from '../dialect/tool.ts'
import { member, NULL, stringMember } from '../json/access.ts'
import { jsonOf } from '../json/json-value.ts'
import type { JsonObject } from '../json/node.ts'
import { toValue } from '../json/value.ts'
import { sha256 } from '../request/canonical-json.ts'
import { ogxToolHash } from '../request/ogx-rule.ts'
import type { FoundRecording } from '../store/corpus.ts'
import { claimOnce } from './claims.ts'
import { findCommitted } from './find-committed.ts'
import { explainMiss } from './miss.ts'
import { refuseToRecord } from './not-recorded.ts'
import { recordTool } from './record-tool.ts'
import type { Scope } from './scope.ts'
import {
  type ExchangeContext,
  findRecording,
  noteReplayed,
  slotOf,
  type Subject,
} from './subject.ts'
import { isException, keptArguments, type ToolCall, toolRequest } from './tool-request.ts'

/** Answers a tool's call from a recording, or makes it and records it, as the tape's mode says. */
export async function callTool(
  context: ExchangeContext,
  scope: Scope,
  call: ToolCall,
): Promise<unknown> {
  const subject = describeCall(context, scope, call)
  const { mode } = context.options
  if (mode !== 'record') {
    const found = (await findRecording(context, subject)) ?? (await findOgx(context, subject, call))
    if (found !== undefined) return replayResult(context, subject, found)
    if (mode === 'replay') {
      context.report.missed.push({ ...subject.entry, recording: null })
      throw await explainMiss(subject, context)
    }
  }
  if (context.layers.writable === undefined) throw refuseToRecord(subject, context)
  return whileOpen(context, (signal) => callOnce(context, { subject, call }, signal))
}

/** Closing the tape waits until this is over, but not for ever: a tool that hangs can't be stopped, only who waits for it. */
async function whileOpen<Result>(
  { starting }: ExchangeContext,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const result = work(controller.signal)
  const givenUp = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const awaited = Promise.race([Promise.allSettled([result]), givenUp])
  starting.set(awaited, () => controller.abort())
  try {
    return await result
  } finally {
    starting.delete(awaited)
  }
}

async function callOnce(
  context: ExchangeContext,
  { subject, call }: { readonly subject: Subject; readonly call: ToolCall },
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    const claimed = await claimOnce(slotOf(context, subject), signal)
    const isOurs = claimed.kind === 'claim'
    const found = isOurs
      ? await findCommitted(context, subject, { claim: claimed.claim })
      : await findRecording(context, subject)
    if (found !== undefined) return replayResult(context, subject, found)
    if (isOurs) return recordTool(context, { subject, call, claim: claimed.claim })
    if (claimed.kind === 'recorded') await claimed.forget()
  }
}

/** A recording of OGX's, whose key has no test; it answers every occurrence. */
async function findOgx(
  context: ExchangeContext,
  { address }: Subject,
  { tool, kwargs }: ToolCall,
): Promise<FoundRecording | undefined> {
  const hash = ogxToolHash(toolRequest(tool, jsonOf(kwargs, 'kwargs'))) ?? ''
  if (hash === address.hash) return undefined
  const found = await context.layers.find({ ...address, hash })
  return found?.document.version === 0 ? found : undefined
}

function describeCall(context: ExchangeContext, scope: Scope, call: ToolCall): Subject {
  const { tool } = call
  const request = toolRequest(tool, keptArguments(context, call))
  const shared = ogxToolHash(request) ?? ''
  const isOfTest = scope.isolation === 'test' && scope.testId !== null
  // OGX's key knows no test; one that belongs to a test is derived from it.
  const hash = isOfTest ? sha256(`${shared} ${scope.testId}`) : shared
  const name = `${tool.provider}/${tool.tool_name}`
  return {
    address: {
      call: toolCall(tool.provider, tool.tool_name),
      hash,
      occurrence: scope.count(hash),
    },
    scope,
    title: `the tool ${name}`,
    entry: { method: 'CALL', url: name, testId: scope.testId },
    canonical: request,
    canonicalOf: ({ document }) =>
      ogxToolHash(document.request) === undefined ? undefined : document.request,
    details: {
      dialect: 'tool',
      method: 'CALL',
      url: name,
      endpoint: name,
      model: null,
      key: { rule: 'ogx', hash: shared },
    },
  }
}

function replayResult(context: ExchangeContext, subject: Subject, found: FoundRecording): unknown {
  noteReplayed(context, subject, found)
  const { response } = found.document
  if (isException(response)) throw recordedError(response)
  const body = member(response, 'body') ?? NULL
  return toValue(member(body, '__type__') === undefined ? body : (member(body, '__data__') ?? NULL))
}

function recordedError(response: JsonObject): Error {
  const data = member(response, 'exception_data')
  const error = new Error(stringMember(response, 'exception_message') ?? '')
  const name = stringMember(data, 'type')
  if (name !== undefined)
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  const code = stringMember(data, 'code')
  return code === undefined ? error : Object.assign(error, { code })
}
