import { mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkIdChurn } from './id-churn.ts'
import { checkOgxFolder } from './ogx-folder.ts'
import type { ConformanceReport } from './report.ts'
import { checkRequestKeys } from './request-keys.ts'
import { checkWireFile } from './wire-file.ts'

/** `npm run conformance -- <folder of OGX recordings, or file of wire exchanges (.jsonl.gz)>` */
export async function main(parameters: readonly string[]): Promise<void> {
  const paths = parameters.filter((parameter) => !parameter.startsWith('--'))
  const isChurning = parameters.includes('--id-churn')
  const limit = parameters.find((parameter) => parameter.startsWith('--seed='))
  const seed = limit === undefined ? 1 : Number(limit.slice('--seed='.length))
  if (paths.length === 0) {
    process.stderr.write(
      'usage: npm run conformance -- [--seed=<n>] [--id-churn] <folder | file.jsonl.gz> …\n',
    )
    process.exitCode = 2
    return
  }
  // Keys of earlier runs, of another state of the code, must not answer this one.
  process.env['WIRETAPE_CACHE'] = await mkdtemp(join(tmpdir(), 'wiretape-cache-'))
  let failures = 0
  for (const path of paths) {
    for (const check of await checksFor(path, isChurning)) {
      const report = await check(path, seed)
      for (const line of report.counts) process.stdout.write(`${line}\n`)
      for (const failure of report.failures) process.stdout.write(`FAILED ${failure}\n`)
      process.stdout.write(`${report.failures.length} failures\n\n`)
      failures += report.failures.length
    }
  }
  process.exitCode = failures === 0 ? 0 : 1
}

type Check = (path: string, seed: number) => Promise<ConformanceReport>

async function checksFor(path: string, isChurning: boolean): Promise<readonly Check[]> {
  if ((await stat(path)).isDirectory()) return [checkOgxFolder]
  return isChurning ? [checkIdChurn] : [checkWireFile, checkRequestKeys]
}
