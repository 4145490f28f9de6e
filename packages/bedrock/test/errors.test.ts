import {
  ConverseCommand,
  InternalServerException,
  InvokeModelWithResponseStreamCommand,
  ModelStreamErrorException,
  ModelTimeoutException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime'
import { WiretapeError } from '@wiretape/core'
import {
  bedrockError,
  bedrockException,
  bedrockJson,
  converseAnswer,
  converseEvents,
  createIds,
  eventMessage,
  eventStream,
  invokeEvents,
} from '@wiretape/testkit'
import { expect, test, vi } from 'vitest'
import {
  collect,
  converse,
  failureOf,
  MODEL,
  question,
  useBedrockFixture,
} from './bedrock-fixture.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor, files } = fixture

const throttled = bedrockError(429, 'ThrottlingException', 'Too many requests')

test('429 then 200: the SDK retries on replay too, without waiting', async () => {
  const answer = bedrockJson(converseAnswer({ ids: createIds(1) }))
  fixture.bedrock.script(throttled, throttled, answer)
  const recording = tapeFor('record')
  const recorded = await clientFor(recording).send(new ConverseCommand(question))
  await recording.close()
  await fixture.bedrock.close()
  const replaying = tapeFor('replay')
  const client = clientFor(replaying)
  const begun = performance.now()
  const replayed = await client.send(new ConverseCommand(question))
  const took = performance.now() - begun
  await replaying.close()

  expect(recorded.$metadata.attempts).toBe(3)
  expect(replayed.output).toEqual(recorded.output)
  expect(replayed.$metadata).toMatchObject({ attempts: 3, totalRetryDelay: 0 })
  expect(took).toBeLessThan(200)
  expect((await files()).map((file) => /(-\d)?\.json$/.exec(file)?.[0])).toEqual([
    '-2.json',
    '-3.json',
    '.json',
  ])
})

test.each(['standard', 'adaptive'])(
  'retry mode %s gives up where it gave up',
  async (retryMode) => {
    fixture.bedrock.script(throttled, throttled)
    const recording = tapeFor('record')
    const config = { maxAttempts: 2, retryMode }
    const recorded = await failureOf(
      clientFor(recording, config).send(new ConverseCommand(question)),
    )
    await recording.close()
    const replaying = tapeFor('replay')
    const begun = performance.now()
    const replayed = await failureOf(
      clientFor(replaying, config).send(new ConverseCommand(question)),
    )
    const took = performance.now() - begun
    await replaying.close()

    expect(recorded).toBeInstanceOf(ThrottlingException)
    expect(replayed).toBeInstanceOf(ThrottlingException)
    expect(replayed.message).toBe('Too many requests')
    expect(replayed).toMatchObject({ $metadata: { httpStatusCode: 429, attempts: 2 } })
    expect(took).toBeLessThan(200)
  },
)

test('what Bedrock answers live is waited for', async () => {
  fixture.bedrock.script(throttled, bedrockJson(converseAnswer({ ids: createIds(2) })))
  const tape = tapeFor('record')
  const answer = await clientFor(tape).send(new ConverseCommand(question))
  await tape.close()

  expect(answer.$metadata.attempts).toBe(2)
  expect(answer.$metadata.totalRetryDelay).toBeGreaterThan(0)
})

test.each([
  ['internalServerException', InternalServerException],
  ['modelStreamErrorException', ModelStreamErrorException],
  ['serviceUnavailableException', ServiceUnavailableException],
  ['throttlingException', ThrottlingException],
  ['validationException', ValidationException],
])('%s inside a stream is of the same class on replay', async (type, exception) => {
  const parts = converseEvents({ ids: createIds(3) }).slice(0, 2)
  fixture.bedrock.script(eventStream([...parts, bedrockException(type, 'Too many tokens')]))
  const recording = tapeFor('record')
  const recorded = await failureOf(converse(clientFor(recording)))
  await recording.close()
  const replaying = tapeFor('replay')
  const replayed = await failureOf(converse(clientFor(replaying)))
  await replaying.close()

  for (const failure of [recorded, replayed]) {
    expect(failure).toBeInstanceOf(exception)
    expect(failure.message).toBe('Too many tokens')
  }
  expect(replayed).toEqual(recorded)
})

test('so is what InvokeModelWithResponseStream has of its own', async () => {
  const exception = bedrockException('modelTimeoutException', 'The model took too long')
  fixture.bedrock.script(eventStream([...invokeEvents(createIds(3)).slice(0, 2), exception]))
  const failures = [await failedInvoke('record'), await failedInvoke('replay')]

  for (const failure of failures) {
    expect(failure).toBeInstanceOf(ModelTimeoutException)
    expect(failure.message).toBe('The model took too long')
  }
})

test('an error message inside a stream is the same error on replay', async () => {
  const [first = ''] = converseEvents({ ids: createIds(4) })
  const error = eventMessage(
    {
      ':message-type': 'error',
      ':error-code': 'InternalFailure',
      ':error-message': 'An internal server error occurred',
    },
    '',
  )
  fixture.bedrock.script(eventStream([first, error]))
  const recording = tapeFor('record')
  const recorded = await failureOf(converse(clientFor(recording)))
  await recording.close()
  const replaying = tapeFor('replay')

  expect(await failureOf(converse(clientFor(replaying)))).toEqual(recorded)
  expect(recorded.name).toBe('InternalFailure')
  await replaying.close()
})

test('403 is handed on and not kept', async () => {
  fixture.bedrock.script(bedrockError(403, 'AccessDeniedException', 'You may not.'))
  const tape = tapeFor('record')

  await expect(converse(clientFor(tape))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'You may not.',
  })
  await tape.close()
  expect(await files()).toEqual([])
})

test('a miss is one readable error, at once, which the tape remembers', async () => {
  fixture.bedrock.script(bedrockJson(converseAnswer({ ids: createIds(5) })))
  const recording = tapeFor('record')
  await clientFor(recording).send(new ConverseCommand(question))
  await recording.close()
  const [file = ''] = await files()
  const replaying = tapeFor('replay')
  const handle = vi.spyOn(replaying, 'handle')
  const changed = {
    ...question,
    messages: [{ role: 'user' as const, content: [{ text: 'Moon?' }] }],
  }

  const miss = await failureOf(clientFor(replaying).send(new ConverseCommand(changed)))

  const message = [
    `WT_RECORDING_NOT_FOUND: no recording answers POST /model/{modelId}/converse (${MODEL})`,
    `  looked in: ${fixture.folder}`,
    `  nearest: ${file}`,
    '  differs at body.messages[0].content[0].text',
    '    recorded: "What is the Latin name of the Sun?"',
    '    asked:    "Moon?"',
    '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
  ].join('\n')
  expect(WiretapeError.is(miss)).toBe(true)
  expect(miss.message).toBe(message)
  expect(miss).not.toHaveProperty('$retryable')
  expect(handle).toHaveBeenCalledTimes(1)
  expect(replaying.report().missed).toHaveLength(1)
  await expect(replaying.close()).rejects.toThrow(message)
})

test('an acknowledged miss is not thrown again', async () => {
  const tape = tapeFor('replay')
  tape.acknowledge(await failureOf(converse(clientFor(tape))))

  await expect(tape.close()).resolves.toBeUndefined()
})

test('a Bedrock that is not there is asked as often on replay, and fails with the same error', async () => {
  await fixture.bedrock.close()
  const config = { maxAttempts: 2 }
  const recording = tapeFor('record')
  const recorded = await failureOf(converse(clientFor(recording, config)))
  await recording.close()
  const replaying = tapeFor('replay')
  const replayed = await failureOf(converse(clientFor(replaying, config)))
  await replaying.close()

  expect(recorded).toMatchObject({
    code: 'ERR_HTTP2_STREAM_CANCEL',
    cause: { code: 'ECONNREFUSED' },
    $metadata: { attempts: 2 },
  })
  expect(replayed).toMatchObject({
    message: recorded.message,
    code: 'ERR_HTTP2_STREAM_CANCEL',
    cause: { code: 'ECONNREFUSED' },
    $metadata: { attempts: 2, totalRetryDelay: 0 },
  })
})

async function failedInvoke(mode: 'record' | 'replay'): Promise<Error> {
  const tape = tapeFor(mode)
  const command = new InvokeModelWithResponseStreamCommand({ modelId: MODEL, body: '{}' })
  const events = clientFor(tape)
    .send(command)
    .then(({ body }) => collect(body))
  const failure = await failureOf(events)
  await tape.close()
  return failure
}
