import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttp2Handler } from '@smithy/node-http-handler'
import { withTape } from '@wiretape/bedrock'
import type { Tape } from '@wiretape/core'
import type { AdapterClient, AdapterClientOptions } from '@wiretape/testkit'
import { sendRaw } from './raw-command.ts'

// To a process of the contract, what the SDK says of its Node would be a complaint.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

const CREDENTIALS = { accessKeyId: 'AKIAWIRETAPETESTONLY', secretAccessKey: 'test-only' }

/** The whole SDK client, which signs and retries, over HTTP/2 and TLS, as a client of the adapters' contract. */
export function createClient(
  tape: Tape,
  url: string,
  { retries, certificate: ca }: AdapterClientOptions,
): AdapterClient {
  const requestHandler = new NodeHttp2Handler({
    disableConcurrentStreams: true,
    nodeHttp2ConnectOptions: { ca },
  })
  const clientWith = (config: BedrockRuntimeClientConfig): BedrockRuntimeClient => {
    const shared = { region: 'us-west-2', endpoint: url, maxAttempts: retries + 1, requestHandler }
    return withTape(new BedrockRuntimeClient({ ...shared, ...config }), tape)
  }
  const signing = clientWith({ credentials: CREDENTIALS })
  return {
    send: async (request) => {
      const { authorization, ...headers } = request.headers
      if (authorization === undefined) return sendRaw(signing, { ...request, url })
      const token = { token: authorization.replace('Bearer ', '') }
      const client = clientWith({ token, authSchemePreference: ['httpBearerAuth'] })
      return sendRaw(client, { ...request, headers, url })
    },
    close: () => requestHandler.destroy(),
  }
}
