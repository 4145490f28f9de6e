import { WiretapeError } from '../errors/wiretape-error.ts'

/**
 * Refuses a path that would leave the corpus.
 *
 * @throws WT_CORPUS_UNREADABLE
 */
export function checkStorePath(path: string, store: string): string {
  const parts = path.split('/')
  const leaves =
    path.includes('\0') ||
    path.includes('\\') ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  if (!leaves) return path
  throw new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${store}: the path ${JSON.stringify(path)} leaves the corpus`,
    hint: 'name files below the corpus, with / between folders',
    details: { store, path },
  })
}
