import type { Mode } from './options.ts'
import { processState } from './process-state.ts'

const IN_PRODUCTION = 'WT_REPLAY_IN_PRODUCTION'

/** A tape that a stray variable left in a service answers its users with what was recorded long ago. Says so once a process. */
export function warnInProduction(mode: Mode): void {
  const { warned } = processState()
  const isMeant = mode !== 'replay' || process.env['NODE_ENV'] !== 'production'
  if (isMeant || warned.has(IN_PRODUCTION)) return
  warned.add(IN_PRODUCTION)
  process.emitWarning(
    'a tape replays recordings with NODE_ENV=production: no request reaches its provider',
    {
      type: 'WiretapeWarning',
      code: IN_PRODUCTION,
      detail: "to reach providers, set WIRETAPE_MODE=live or createTape({ mode: 'live' })",
    },
  )
}
