// The few shapes of Smithy that the adapter sees, by structure: the SDK's own classes fit, of any release, and no package
// of theirs has to be installed for our types.

/**
 * What the SDK hands to its `requestHandler` (`@smithy/types` `HttpRequest`).
 *
 * @public
 */
export interface SmithyRequest {
  method: string
  protocol: string
  hostname: string
  port?: number | undefined
  path: string
  query?: Record<string, string | string[] | null> | undefined
  headers: Record<string, string>
  body?: unknown
}

/**
 * What it expects back (`@smithy/types` `HttpResponse`).
 *
 * @public
 */
export interface SmithyResponse {
  statusCode: number
  headers: Record<string, string>
  body?: unknown
}

/** @public */
export interface SmithyHandlerOptions {
  /** A DOM signal, or one of the SDK's own. */
  abortSignal?: unknown
}

/**
 * A `requestHandler` of the SDK, such as `NodeHttp2Handler`.
 *
 * @public
 */
export interface SmithyHandler {
  readonly metadata?: { readonly handlerProtocol: string }
  handle(
    request: SmithyRequest,
    options?: SmithyHandlerOptions,
  ): Promise<{ response: SmithyResponse }>
  updateHttpClientConfig?(key: never, value: never): void
  httpHandlerConfigs?(): object
  destroy?(): void
}

interface MiddlewareArguments {
  readonly request?: unknown
}

type Next = (args: MiddlewareArguments) => Promise<unknown>

export type Middleware = (next: Next, context: object) => Next

interface MiddlewareOptions {
  readonly name?: string
  readonly step?: string
  readonly priority?: string
  readonly override?: boolean
  /** A stack that adds its own to another hands it over in the options too, where it would win. */
  readonly middleware?: Middleware
}

/** A client's `middlewareStack` (`@smithy/types` `MiddlewareStack`). */
export interface MiddlewareStack {
  add(middleware: Middleware, options: MiddlewareOptions): void
  addRelativeTo(middleware: Middleware, options: MiddlewareOptions): void
  /** Adds all that is in here to another stack. */
  applyToStack(stack: Pick<MiddlewareStack, 'add' | 'addRelativeTo'>): void
  clone(): MiddlewareStack
}
