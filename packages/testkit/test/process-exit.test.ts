import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { expect, test } from 'vitest'

const PROGRAM = `
import { json, stream } from './answers.js'
import { createGate } from './gate.js'
import { startScriptedProvider } from './scripted-provider.js'
import { stall } from './stream-part.js'
const provider = await startScriptedProvider()
provider.script(json({}), stream(['first', createGate()]), stall())
await (await fetch(provider.url)).text()
const streamed = await fetch(provider.url)
const silent = fetch(provider.url).catch(() => 'failed')
while (provider.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
await provider.close()
console.log(await silent, await streamed.text().catch(() => 'cut'))
`

test('a process exits by itself once the provider is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'testkit-'))
  try {
    await transpileSources(folder)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'program.js'), PROGRAM)

    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: folder, timeout: 10_000 })

    expect(stdout).toBe('failed cut\n')
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Node 20 runs no TypeScript, and the testkit isn't built. */
async function transpileSources(folder: string): Promise<void> {
  const source = fileURLToPath(new URL('../src', import.meta.url))
  const names = await readdir(source, { recursive: true })
  for (const name of names.filter((candidate) => candidate.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(await readFile(join(source, name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
      },
    })
    const target = join(folder, name.replace(/\.ts$/, '.js'))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, outputText)
  }
}
