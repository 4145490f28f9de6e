import type { Tape } from '@wiretape/core'
import { copyOf } from './copy-of.ts'
import { replaceMiddleware } from './replace-middleware.ts'
import { replayCredentials } from './replay-credentials.ts'
import { retryReplayedAtOnce } from './replay-retries.ts'
import { restoreIds } from './restore-ids.ts'
import type { MiddlewareStack, SmithyHandler } from './smithy.ts'
import { createTapeHandler } from './tape-handler.ts'

/**
 * A client of the AWS SDK: `BedrockRuntimeClient`, `BedrockAgentRuntimeClient` and their descendants.
 *
 * @public
 */
export interface BedrockClient {
  readonly config: { readonly requestHandler: SmithyHandler }
  readonly middlewareStack: object
}

/** Of a client's resolved configuration, what is looked at here. */
interface ClientConfig {
  readonly requestHandler: SmithyHandler
  readonly region: () => Promise<string>
  readonly useFipsEndpoint: () => Promise<boolean>
}

/**
 * A client of the same class and with the same configuration and middleware whose requests go through the tape. The client
 * that was given stays as it was; both have one connection, which `destroy()` of either closes.
 *
 * In replay it needs neither credentials nor a region, and signs nothing. An error of wiretape is thrown as it is, once and
 * without retries.
 *
 * @example
 * const client = withTape(new BedrockRuntimeClient(), createTape({ recordings: './recordings' }))
 *
 * @public
 */
export function withTape<Client extends BedrockClient>(client: Client, tape: Tape): Client {
  const config = client.config as unknown as ClientConfig
  const stack = (client.middlewareStack as MiddlewareStack).clone()
  stack.add(restoreIds(tape), {
    name: 'wiretapeRestoreIdsMiddleware',
    step: 'build',
    priority: 'low',
    override: true,
  })
  // Without signing nobody asks for credentials. What does it keeps its place: others stand relative to it.
  if (tape.mode === 'replay')
    replaceMiddleware(stack, /^http(AuthScheme|Signing)Middleware$/, { by: (next) => next })
  if (tape.mode !== 'live') retryReplayedAtOnce(stack, client)
  return copyOf(client, {
    config: copyOf(config, {
      requestHandler: createTapeHandler(tape, config),
      ...(tape.mode === 'replay' ? anyRegion(config) : {}),
    }),
    middlewareStack: stack,
    // What the SDK has resolved for the client that was given (`cacheMiddleware`).
    handlers: undefined,
  })
}

/** The region is no part of a key; a client without one still needs an address. */
function anyRegion({ region, useFipsEndpoint }: ClientConfig): Partial<ClientConfig> {
  return {
    region: withoutLookup(region, replayCredentials.region),
    // It depends on the region.
    useFipsEndpoint: withoutLookup(useFipsEndpoint, false),
  }
}

/**
 * The SDK looks for a region that nobody configured in the environment, in files, and then asks the metadata service of a
 * machine in the cloud. The environment it reads at once, so that nothing else gets to see what stands there meanwhile.
 */
function withoutLookup<Value>(
  provider: () => Promise<Value>,
  otherwise: Value,
): () => Promise<Value> {
  return async () => {
    const { AWS_REGION: given } = process.env
    process.env['AWS_REGION'] ??= replayCredentials.region
    const found = provider()
    if (given === undefined) delete process.env['AWS_REGION']
    return found.catch(() => otherwise)
  }
}
