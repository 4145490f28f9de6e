import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { Command } from '@smithy/core/client'
import { getEndpointPlugin } from '@smithy/core/endpoints'
import type { SmithyResponse } from '@wiretape/bedrock'
import type { AdapterAnswer, AdapterRequest } from '@wiretape/testkit'
import { adapterAnswerOf, smithyRequestOf } from './smithy-client.ts'

/** A request of the contract, and where it goes. */
interface RawInput extends AdapterRequest {
  readonly url: string
}

/** Sends a request through all of an SDK client's middleware; the answer is handed out as it comes. */
export async function sendRaw(
  client: BedrockRuntimeClient,
  { signal: abortSignal, ...input }: RawInput,
): Promise<AdapterAnswer> {
  try {
    return (await client.send(
      new RawCommand(input),
      abortSignal && { abortSignal },
    )) as AdapterAnswer
  } catch (error) {
    if (error instanceof ErrorAnswer) return error.answer
    throw error
  }
}

/** What the SDK makes of an error status is an error; its retries act on that. */
class ErrorAnswer extends Error {
  readonly answer: AdapterAnswer
  readonly $metadata: object
  readonly $response: object

  constructor(answer: AdapterAnswer, response: SmithyResponse) {
    super(`answered ${answer.status}`)
    this.answer = answer
    this.$metadata = { httpStatusCode: answer.status }
    this.$response = response
  }
}

/** What a command adds to the stack of a client. */
type Plugins = Parameters<ReturnType<typeof Command.classBuilder>['m']>[0]
type Plugin = ReturnType<Plugins>[number]

/** In the places of the SDK's own, to which others stand relative. */
const rawPlugin: Plugin = {
  applyToStack: (stack) => {
    stack.add(
      (next) => async (args) => {
        const input = args.input as RawInput
        return next({ ...args, request: smithyRequestOf(input, input.url) })
      },
      { step: 'serialize', name: 'serializerMiddleware', override: true },
    )
    stack.add(
      (next) => async (args) => {
        const response = (await next(args)).response as SmithyResponse
        const answer = adapterAnswerOf(response)
        if (answer.status >= 400) throw new ErrorAnswer(answer, response)
        return { response, output: { ...answer, $metadata: {} } }
      },
      { step: 'deserialize', name: 'deserializerMiddleware', override: true },
    )
  },
}

const RawCommand = Command.classBuilder()
  .ep({ Endpoint: { type: 'builtInParams', name: 'endpoint' } })
  .n('BedrockRuntimeClient', 'RawCommand')
  .m((command, _stack, config) => [
    getEndpointPlugin(config, command.getEndpointParameterInstructions()),
    rawPlugin,
  ])
  .build()
