import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['plugins']>[number]

/** What every published library of this workspace is built with: ESM, CommonJS and declarations. */
export function library(
  entry: Record<string, string>,
  options: Options = {},
): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    dts: true,
    sourcemap: true,
    clean: true,
    target: 'node20',
    platform: 'node',
    splitting: true,
    // Without it tsup lets sucrase write the CommonJS, which takes the syntax back to 2019.
    treeshake: true,
    plugins: [requireOwnChunks],
    ...options,
  })
}

/** CommonJS that is run in a vm context, as Jest does, has no `import()`. */
const requireOwnChunks: Plugin = {
  name: 'require-own-chunks',
  renderChunk(code) {
    if (this.format !== 'cjs') return undefined
    const ownImport = /\bimport\(("\.[^"]+"|'\.[^']+')\)/g
    return { code: code.replace(ownImport, 'Promise.resolve().then(() => require($1))') }
  },
}
