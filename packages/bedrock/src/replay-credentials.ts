/** @public */
export interface ReplayCredentials {
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/**
 * A region and credentials that are good for nothing but replay, where a client is made with `createTapeHandler` on a
 * machine without any AWS configuration: the SDK asks for both before it hands a request on. A client of {@link withTape}
 * needs neither.
 *
 * @example
 * new BedrockRuntimeClient({ ...replayCredentials, requestHandler: createTapeHandler(tape) })
 *
 * @public
 */
export const replayCredentials: ReplayCredentials = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'replay', secretAccessKey: 'replay' },
}
