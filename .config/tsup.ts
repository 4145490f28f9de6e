import { defineConfig, type Options } from 'tsup'

/** What every published library of this workspace is built with: ESM, CommonJS and declarations. */
export function library(entry: Record<string, string>, options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    dts: true,
    sourcemap: true,
    clean: true,
    target: 'node20',
    platform: 'node',
    splitting: true,
    treeshake: true,
    ...options,
  })
}
