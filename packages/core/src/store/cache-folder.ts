import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where wiretape keeps what may be deleted: in `WIRETAPE_CACHE`, else `$XDG_CACHE_HOME/wiretape`, else `~/.cache/wiretape`;
 * never in a corpus, which may be read-only and is reviewed.
 */
export function cacheFolder(): string {
  const own = process.env['WIRETAPE_CACHE']
  if (own !== undefined && own !== '') return own
  const base = process.env['XDG_CACHE_HOME']
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'wiretape')
}
