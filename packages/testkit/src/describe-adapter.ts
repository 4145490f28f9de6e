import { describe, expect, test } from 'vitest'
import { withBench } from './adapter/adapter-bench.ts'
import {
  ADAPTER_CAPABILITIES,
  type AdapterCapability,
  type CreateAdapterClient,
} from './adapter/adapter-client.ts'
import type { AdapterTest } from './adapter/adapter-test.ts'
import { answerTests } from './adapter/answer-tests.ts'
import { endingTests } from './adapter/ending-tests.ts'
import { runInProcess } from './adapter/run-in-process.ts'
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts'
import { replayTests } from './adapter/replay-tests.ts'
import { requestTests } from './adapter/request-tests.ts'
import { secretsTests } from './adapter/secrets-tests.ts'

/** @public */
export interface AdapterOptions {
  /** Stands in the tests' titles. */
  readonly name: string
  readonly createClient: CreateAdapterClient
  /**
   * The URL of the module that exports `createClient` under this name, and imports no vitest: a
   * process of its own imports it, to see that it ends by itself.
   */
  readonly module: string
  /**
   * What the client talks to.
   *
   * @defaultValue a scripted provider that speaks HTTP/1.1
   */
  readonly startProvider?: (() => Promise<ScriptedProvider>) | undefined
  /**
   * What the client can't do, and why. Each is proved: its tests must fail, so that a list which says
   * too much fails as well.
   *
   * @defaultValue {}
   */
  readonly lacks?: Lacking | undefined
}

/** Reasons, which stand in the tests' titles. @public */
export type Lacking = Readonly<Partial<Record<AdapterCapability, string>>>

/** What an adapter was tested for; its own test asserts it, so that a new capability is noticed. @public */
export interface AdapterContract {
  readonly has: readonly AdapterCapability[]
  readonly lacks: Lacking
}

/**
 * The contract of every adapter, as tests against a scripted provider.
 *
 * @public
 * @example
 * const contract = describeAdapter({ name, createClient, module, lacks: { retries: 'fetch asks once' } })
 */
export function describeAdapter(options: AdapterOptions): AdapterContract {
  const { createClient, module, startProvider = startScriptedProvider, lacks = {} } = options
  const tests: readonly AdapterTest[] = [
    ...answerTests,
    ...requestTests,
    ...endingTests,
    ...replayTests,
    ...secretsTests,
  ]
  describe(`the contract of adapters: ${options.name}`, () => {
    for (const { title, needs, run } of tests) {
      const reason = needs === undefined ? undefined : lacks[needs]
      const lacking = reason === undefined ? '' : `lacks ${needs}, as ${reason}: `
      // oxlint-disable-next-line vitest/expect-expect -- each sentence has its own
      test(`${lacking}${title}`, async () => {
        const attempt = withBench({ createClient, startProvider }, run)
        await (reason === undefined ? attempt : expectFailure(attempt))
      })
    }

    test(
      'a process that recorded, replayed and left an answer unread ends by itself',
      { timeout: 60_000 },
      async () => {
        const { texts, idle, complaints } = await runInProcess({ module, startProvider })

        expect(complaints).toBe('')
        expect(texts[0]).toMatch(/^data: .*\[DONE\]\n\n$/s)
        expect(texts[1]).toBe(texts[0])
        // Connections that are kept alive would hold it for four seconds and more.
        expect(idle).toBeLessThan(2500)
      },
    )
  })
  return { has: ADAPTER_CAPABILITIES.filter((name) => lacks[name] === undefined), lacks }
}

async function expectFailure(attempt: Promise<void>): Promise<void> {
  await expect(attempt).rejects.toBeInstanceOf(Error)
}
