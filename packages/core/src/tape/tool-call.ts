import { version } from '../../package.json'
import { toolCall } from '../dialect/tool.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { FALSE, member, NULL, number, object, string, stringMember, TRUE } from '../json/access.ts'
import { jsonOf } from '../json/json-value.ts'
import { mapStrings } from '../json/map-strings.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { fromValue, toValue } from '../json/value.ts'
import { redactJson } from '../redaction/redact-json.ts'
import { refuseSecrets } from '../redaction/refuse-secrets.ts'
import { RECORDING_VERSION } from '../recording/recording.ts'
import { sha256 } from '../request/canonical-json.ts'
import { ogxToolHash } from '../request/ogx-rule.ts'
import { withConstants } from '../request/placeholders.ts'
import type { FoundRecording } from '../store/corpus.ts'
import { type Claim, claimOnce } from './claims.ts'
import { wallClock } from './clock.ts'
import { asWiretapeError, refuseToRecord } from './record-exchange.ts'
import { explainMiss } from './miss.ts'
import { processState } from './process-state.ts'
import type { Scope } from './scope.ts'
import {
  type ExchangeContext,
  findRecording,
  noteReplayed,
  slotOf,
  type Subject,
} from './subject.ts'

/** Which tool is called; the names are OGX's. */
export interface ToolIdentity {
  readonly provider: string
  readonly tool_name: string
}

export interface ToolCall {
  readonly tool: ToolIdentity
  readonly kwargs: unknown
  readonly run: (kwargs: unknown) => unknown
}

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
  for (;;) {
    const claimed = await claimOnce(slotOf(context, subject))
    if (claimed.kind === 'claim')
      return recordResult(context, { subject, call, claim: claimed.claim })
    const found = await findRecording(context, subject)
    if (found !== undefined) return replayResult(context, subject, found)
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

/** Makes the call with nothing recorded, its arguments and result through JSON as in every mode. */
export async function runTool({ kwargs, run }: ToolCall): Promise<unknown> {
  const given = toValue(jsonOf(kwargs, 'kwargs'))
  const result: unknown = await processState().suspended.run(true, () => run(given))
  return toValue(jsonOf(result, 'the result'))
}

function toolRequest(tool: ToolIdentity, kwargs: JsonNode): JsonObject {
  return object([
    ['provider', string(tool.provider)],
    ['tool_name', string(tool.tool_name)],
    ['kwargs', kwargs],
  ])
}

/** The arguments as they are matched and recorded: with one constant for every secret, so that OGX gives them the same key. */
function keptArguments({ redaction }: ExchangeContext, { kwargs }: ToolCall): JsonNode {
  const node = jsonOf(kwargs, 'kwargs')
  const redactor = redaction.current()
  if (redactor === null) return node
  return mapStrings(redactJson(node, '/request/kwargs', redactor), withConstants)
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
    canonicalOf: (document) =>
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
  const failed = member(response, 'is_exception')
  if (failed?.kind === 'literal' && failed.value === true) throw recordedError(response)
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

async function recordResult(
  context: ExchangeContext,
  recording: { readonly subject: Subject; readonly call: ToolCall; readonly claim: Claim },
): Promise<unknown> {
  const { call, claim } = recording
  let result: unknown
  try {
    result = await runTool(call)
  } catch (error) {
    // A value that is not JSON is a mistake in the program, not an answer of the tool.
    const isAnswer = !WiretapeError.is(error)
    const kept = isAnswer && (await keepResult(context, recording, exceptionResponse(error)))
    await claim.release(kept)
    throw error
  }
  const response = object([
    ['body', typed(fromValue(result))],
    ['is_streaming', FALSE],
  ])
  await claim.release(await keepResult(context, recording, response))
  return result
}

function typed(data: JsonNode): JsonNode {
  return object([
    ['__type__', string('wiretape.tool.result')],
    ['__data__', data],
  ])
}

function exceptionResponse(error: unknown): JsonObject {
  const isError = error instanceof Error
  const message = isError ? error.message : String(error)
  const code = isError && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return object([
    ['body', NULL],
    ['is_streaming', FALSE],
    ['is_exception', TRUE],
    ['exception_message', string(message)],
    [
      'exception_data',
      object([
        ['category', string('builtin')],
        ['type', string(isError ? error.name : 'Error')],
        ['message', string(message)],
        ...(code === undefined ? [] : [['code', string(code)] as const]),
      ]),
    ],
  ])
}

/** Whether there is a recording now. Never rejects: the program's call goes on unharmed. */
async function keepResult(
  context: ExchangeContext,
  {
    subject,
    call,
    claim,
  }: { readonly subject: Subject; readonly call: ToolCall; readonly claim: Claim },
  response: JsonObject,
): Promise<boolean> {
  const { address, scope } = subject
  const redactor = context.redaction.current()
  const testId = scope.isolation === 'test' && scope.testId !== null ? string(scope.testId) : NULL
  const document = object([
    ['version', number(RECORDING_VERSION)],
    ['test_id', testId],
    [
      'request',
      object([
        ['test_id', testId],
        ['provider', string(call.tool.provider)],
        ['tool_name', string(call.tool.tool_name)],
        ['kwargs', keptArguments(context, call)],
      ]),
    ],
    ['response', redactor === null ? response : redactJson(response, '/response', redactor)],
    ['id_normalization_mapping', object([])],
    [
      'recorded',
      object([
        ['at', string(wallClock().toISOString())],
        ['by', fromValue({ wiretape: version, node: process.versions.node })],
        ['key', fromValue({ rule: 'ogx', hash: address.hash, occurrence: address.occurrence })],
      ]),
    ],
  ])
  try {
    const isForestalled =
      (await claim.isOvertaken()) ||
      (context.options.mode === 'record-if-missing' &&
        (await context.layers.find(address)) !== undefined)
    if (isForestalled) {
      // The first commit wins, whichever process made it.
      context.report.refused.push({ ...subject.entry, recording: context.layers.placeOf(address) })
      return true
    }
    if (redactor !== null) refuseSecrets(document, context.layers.placeOf(address), redactor)
    await context.layers.write(address, document)
    context.report.recorded.push({ ...subject.entry, recording: context.layers.placeOf(address) })
    return true
  } catch (error) {
    if (WiretapeError.is(error) && error.code === 'WT_SECRET_FOUND')
      context.report.refused.push({ ...subject.entry, recording: null })
    context.fail(asWiretapeError(error))
    return false
  }
}
