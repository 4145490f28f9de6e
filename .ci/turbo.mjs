// turbo with its telemetry and update notices off, which it takes from the environment alone.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './workspaces.mjs'

const silence = { DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1', TURBO_TELEMETRY_DISABLED: '1' }
const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo')

const { status, error } = spawnSync(process.execPath, [turbo, ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, ...silence },
  stdio: 'inherit',
})
if (error !== undefined) console.error(error.message)
process.exitCode = status ?? 1
