import { readWireExchanges, type WireExchange } from './wire-exchanges.ts'

/** The exchanges of each program, in the order in which it made them. */
export async function readCassettes(
  path: string,
): Promise<ReadonlyMap<string, readonly WireExchange[]>> {
  const cassettes = new Map<string, WireExchange[]>()
  for await (const exchange of readWireExchanges(path))
    cassettes.set(exchange.cassette, [...(cassettes.get(exchange.cassette) ?? []), exchange])
  for (const exchanges of cassettes.values()) exchanges.sort((left, right) => left.n - right.n)
  return cassettes
}
