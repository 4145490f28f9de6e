import { join } from 'node:path'

/** Where tests find other versions of the clients than the workspace's own; the gate node-22 sets it. */
const folder = process.env['TEST_CLIENTS']

/**
 * Takes openai and undici, and what is below them, from that folder.
 *
 * @type {() => import('vite').Plugin[]}
 */
export function newerClients() {
  if (folder === undefined) return []
  const importer = join(folder, 'package.json')
  return [
    {
      name: 'newer-clients',
      enforce: 'pre',
      resolveId(source) {
        if (!/^(openai|undici)(\/|$)/.test(source)) return null
        return this.resolve(source, importer, { skipSelf: true })
      },
    },
  ]
}
