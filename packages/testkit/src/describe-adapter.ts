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
   * What the client can't do. Each is proved: its tests must fail, so that a list which says too
   * much fails as well.
   *
   * @defaultValue []
   */
  readonly lacks?: readonly AdapterCapability[] | undefined
}

/** What an adapter was tested for; its own test asserts it, so that a new capability is noticed. @public */
export interface AdapterContract {
  readonly has: readonly AdapterCapability[]
  readonly lacks: readonly AdapterCapability[]
}

/**
 * The contract of every adapter, as tests against a scripted provider.
 *
 * @public
 * @example
 * const contract = describeAdapter({ name: 'fetch', createClient, module, lacks: ['retries'] })
 */
export function describeAdapter(options: AdapterOptions): AdapterContract {
  const lacks = options.lacks ?? []
  const tests: readonly AdapterTest[] = [
    ...answerTests,
    ...requestTests,
    ...endingTests,
    ...replayTests,
    ...secretsTests,
  ]
  describe(`the contract of adapters: ${options.name}`, () => {
    for (const { title, needs, run } of tests) {
      const isLacking = needs !== undefined && lacks.includes(needs)
      const declare = isLacking ? test.fails : test
      declare(isLacking ? `lacks ${needs}: ${title}` : title, () =>
        withBench(options.createClient, run),
      )
    }

    test('a process that recorded, replayed and left an answer unread ends by itself', async () => {
      const { texts, idle, complaints } = await runInProcess(options.module)

      expect(complaints).toBe('')
      expect(texts[0]).toMatch(/^data: .*\[DONE\]\n\n$/s)
      expect(texts[1]).toBe(texts[0])
      expect(idle).toBeLessThan(1000)
    })
  })
  return { has: ADAPTER_CAPABILITIES.filter((name) => !lacks.includes(name)), lacks }
}
