import { version } from '../../package.json'
import { isError } from '../errors/is-error.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { FALSE, NULL, number, object, string, TRUE } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { fromValue } from '../json/value.ts'
import { redactJson } from '../redaction/redact-json.ts'
import { refuseSecrets } from '../redaction/refuse-secrets.ts'
import { RECORDING_VERSION } from '../recording/recording.ts'
import type { Claim } from './claims.ts'
import { wallClock } from './clock.ts'
import { asWiretapeError } from './not-recorded.ts'
import type { ExchangeContext, Subject } from './subject.ts'
import { isException, keptArguments, runTool, type ToolCall } from './tool-request.ts'

interface ToolRecording {
  readonly subject: Subject
  readonly call: ToolCall
  readonly claim: Claim
}

/** Makes the call and records what comes of it: its result, or what it throws. */
export async function recordTool(
  context: ExchangeContext,
  recording: ToolRecording,
): Promise<unknown> {
  let result: unknown
  try {
    result = await runTool(recording.call)
  } catch (error) {
    // A value that is not JSON is a mistake in the program, not an answer of the tool.
    const isAnswer = !WiretapeError.is(error)
    const isKept = isAnswer && (await keepResult(context, recording, exceptionResponse(error)))
    await settle(recording, isKept)
    throw error
  }
  const response = object([
    ['body', typed(fromValue(result))],
    ['is_streaming', FALSE],
  ])
  await settle(recording, await keepResult(context, recording, response))
  return result
}

/** Ends the duty to call: a number under which nothing was kept is free again. */
async function settle({ subject, claim }: ToolRecording, isKept: boolean): Promise<void> {
  const { scope, address } = subject
  if (!isKept) scope.giveBack(address.hash, address.occurrence)
  await claim.release(isKept)
}

function typed(data: JsonNode): JsonNode {
  return object([
    ['__type__', string('wiretape.tool.result')],
    ['__data__', data],
  ])
}

function exceptionResponse(error: unknown): JsonObject {
  const isThrown = isError(error)
  const message = isThrown ? error.message : String(error)
  const code =
    isThrown && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return object([
    ['body', NULL],
    ['is_streaming', FALSE],
    ['is_exception', TRUE],
    ['exception_message', string(message)],
    [
      'exception_data',
      object([
        ['category', string('builtin')],
        ['type', string(isThrown ? error.name : 'Error')],
        ['message', string(message)],
        ...(code === undefined ? [] : [['code', string(code)] as const]),
      ]),
    ],
  ])
}

/** Whether there is a recording now. Never rejects: the program's call goes on unharmed. */
async function keepResult(
  context: ExchangeContext,
  recording: ToolRecording,
  response: JsonObject,
): Promise<boolean> {
  const { address, entry } = recording.subject
  const { layers, report } = context
  try {
    if (await mustNotReplace(context, recording.subject, response)) {
      report.refused.push({ ...entry, recording: null })
      return false
    }
    const place = layers.placeOf(address)
    const document = toolDocument(context, recording, response)
    const redactor = context.redaction.current()
    if (redactor !== null) refuseSecrets(document, place, redactor)
    // The first commit wins, whichever process made it.
    const ifAbsent = context.options.mode === 'record-if-missing'
    const isFirst =
      !(await recording.claim.isOvertaken()) &&
      !(ifAbsent && (await layers.find(address)) !== undefined) &&
      (await layers.write(address, document, { ifAbsent }))
    report[isFirst ? 'recorded' : 'refused'].push({ ...entry, recording: place })
    return true
  } catch (error) {
    if (WiretapeError.is(error) && error.code === 'WT_SECRET_FOUND')
      report.refused.push({ ...entry, recording: null })
    context.fail(asWiretapeError(error))
    return false
  }
}

/** No error replaces a result. */
async function mustNotReplace(
  { options, layers }: ExchangeContext,
  { address }: Subject,
  response: JsonObject,
): Promise<boolean> {
  if (options.recordErrors || !isException(response)) return false
  const found = await layers.find(address)
  return found !== undefined && !isException(found.document.response)
}

function toolDocument(
  context: ExchangeContext,
  { subject, call }: ToolRecording,
  response: JsonObject,
): JsonObject {
  const { address, scope } = subject
  const redactor = context.redaction.current()
  const testId = scope.isolation === 'test' && scope.testId !== null ? string(scope.testId) : NULL
  return object([
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
}
