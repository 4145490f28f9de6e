import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { newerClients } from '../.ci/newer-clients.mjs'

// Tests read sources by the private export condition, so nothing need be built first.
const conditions = ['wiretape-source', 'node', 'import', 'default']

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: newerClients(),
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    env: { WIRETAPE_CACHE: join(tmpdir(), `wiretape-cache-${process.pid}`) },
    include: ['.config/*.test.ts', 'packages/*/{src,test}/**/*.test.ts', 'docs/**/*.test.ts'],
    testTimeout: 20_000,
    server: { deps: { inline: [/^@wiretape\//] } },
  },
})
