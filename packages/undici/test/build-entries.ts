import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const source = (name: string): string => fileURLToPath(new URL(`../src/${name}`, import.meta.url))

/** Where the tests have undici from. */
const clients = join(process.env['TEST_CLIENTS'] ?? root, 'node_modules')

/** Below them, so that what is built there finds the same undici. */
export const builtFolder = (name: string): string =>
  join(clients, `.cache/wiretape/${name}-${process.pid}`)

/** Builds the entries and core from their sources, as modules that load without vitest. */
export async function buildEntries(folder: string, within: RegExp[] = []): Promise<void> {
  const external = ['undici', 'zod'].filter((name) => !within.some((other) => other.test(name)))
  await build({
    entry: {
      index: source('index.ts'),
      register: source('register.ts'),
      core: join(root, 'packages/core/src/index.ts'),
      ...(external.includes('undici') ? {} : { undici: join(clients, 'undici/index.js') }),
    },
    format: ['esm', 'cjs'],
    outDir: folder,
    config: false,
    silent: true,
    platform: 'node',
    target: 'node20',
    noExternal: [/^@wiretape\//, ...within],
    external,
    esbuildOptions: (options) => {
      options.conditions = ['wiretape-source', 'node', 'import']
      if (!external.includes('undici')) options.alias = { undici: join(clients, 'undici') }
    },
    outExtension: ({ format }) => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
  })
}
