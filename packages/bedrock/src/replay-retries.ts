import { replaceMiddleware } from './replace-middleware.ts'
import { replayCredentials } from './replay-credentials.ts'
import { isReplayed } from './replayed-answers.ts'
import type { MiddlewareStack } from './smithy.ts'

/** A token of the SDK's for one more attempt. */
interface RetryToken {
  getRetryDelay(): number
}

interface RetryInformation {
  readonly error?: unknown
  readonly retryAfterHint?: Date | undefined
}

/** A strategy of the SDK's for retries (`@smithy/types` `RetryStrategyV2`). */
interface RetryStrategy {
  acquireInitialRetryToken(scope: string): Promise<RetryToken>
  refreshRetryTokenForRetry(token: RetryToken, information: RetryInformation): Promise<RetryToken>
  recordSuccess(token: RetryToken): void
}

/** Of a client's resolved configuration, what concerns retries. */
interface RetryConfig {
  retryStrategy: () => Promise<RetryStrategy>
  maxAttempts: unknown
  readonly logger: unknown
  readonly requestHandler: unknown
}

interface Client {
  readonly config: object
  readonly middlewareStack: object
}

/**
 * Lets a client's retries wait for nothing but real answers. The SDK's middleware for them is bound to the configuration of
 * the client that it was made for, so that of another takes its place.
 */
export function retryReplayedAtOnce(stack: MiddlewareStack, client: Client): void {
  const { maxAttempts, logger, retryStrategy, requestHandler } = client.config as RetryConfig
  try {
    const Other = client.constructor as new (config: object) => Client
    // With a handler of its own it would have to find out what that is to be like.
    const other = new Other({ ...replayCredentials, requestHandler })
    Object.assign(other.config, {
      maxAttempts,
      logger,
      retryStrategy: async () => withoutReplayedWaits(await retryStrategy()),
    })
    const from = other.middlewareStack as MiddlewareStack
    replaceMiddleware(stack, /^retryMiddleware$/, { from })
  } catch {
    // A class of the user's that is made in another way than the SDK's: then the SDK waits as always.
  }
}

/** The same strategy, which does not wait after what a recording answered. */
function withoutReplayedWaits(strategy: RetryStrategy): RetryStrategy {
  // One of the SDK's first kind decides and waits by itself.
  if (typeof strategy.refreshRetryTokenForRetry !== 'function') return strategy
  return {
    acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
    recordSuccess: (token) => strategy.recordSuccess(token),
    refreshRetryTokenForRetry: async (token, information) => {
      if (!isReplayed(information.error))
        return strategy.refreshRetryTokenForRetry(token, information)
      const unhinted = { ...information, retryAfterHint: undefined }
      const next = await inHaste(strategy).refreshRetryTokenForRetry(token, unhinted)
      return heir(next, { getRetryDelay: atOnce })
    },
  }
}

/**
 * A strategy that decides as the given one does, at once: the SDK's own take their delays from these fields
 * (`@smithy/core` `StandardRetryStrategy`, `AdaptiveRetryStrategy`).
 */
function inHaste(strategy: RetryStrategy): RetryStrategy {
  const { standardRetryStrategy } = strategy as { standardRetryStrategy?: RetryStrategy }
  return heir(strategy, {
    retryBackoffStrategy: { setDelayBase: atOnce, computeNextBackoffDelay: atOnce },
    rateLimiter: { updateClientSendingRate: atOnce, getSendToken: atOnce },
    standardRetryStrategy: standardRetryStrategy && inHaste(standardRetryStrategy),
  })
}

/** An object that is like the given one but for these properties; what it changes in itself stays with it. */
function heir<Original extends object>(
  original: Original,
  properties: Readonly<Record<string, unknown>>,
): Original {
  return Object.assign(Object.create(original) as Original, properties)
}

/** A delay of nothing. */
function atOnce(): number {
  return 0
}
