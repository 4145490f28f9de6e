// Runs a TypeScript module of the workspace from its source: node .ci/run-typescript.mjs <file> [arguments]
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { newerClients } from './newer-clients.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [file = '', ...parameters] = process.argv.slice(2)
const { module } = await runnerImport(resolve(file), {
  root,
  configFile: false,
  logLevel: 'warn',
  plugins: newerClients(),
  resolve: {
    alias: [
      {
        find: /^@wiretape\/core\/fetch$/,
        replacement: resolve(root, 'packages/core/src/fetch/index.ts'),
      },
      { find: /^@wiretape\/([a-z]+)$/, replacement: resolve(root, 'packages/$1/src/index.ts') },
    ],
  },
})
await module.main(parameters)
