import { WiretapeError } from '../errors/wiretape-error.ts'

/**
 * An absolute address. A placeholder in its host, as redaction leaves one (`bedrock-runtime.<AWS_REGION>.amazonaws.com`), counts
 * as its name: recorded addresses stay readable.
 *
 * @throws WT_OPTION_INVALID
 */
export function parseUrl(url: string): URL {
  const parsed = tryParseUrl(url)
  if (parsed !== undefined) return parsed
  throw new WiretapeError('WT_OPTION_INVALID', {
    message: `${JSON.stringify(withoutCredentials(url).slice(0, 200))} is not an absolute url`,
    hint: 'give the address with its scheme and host, e.g. https://api.openai.com/v1/models',
    details: { option: 'url' },
  })
}

/** What a message may say of an address. */
function withoutCredentials(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//')
}

/** The same, or undefined. */
export function tryParseUrl(url: string): URL | undefined {
  const absolute = /^<[^<>]*>/.test(url) ? `https://${url}` : url
  const named = absolute.replace(
    /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/i,
    (_, scheme: string, host: string) => {
      return scheme + host.replace(/<([^<>]*)>/g, '$1')
    },
  )
  return URL.canParse(named) ? new URL(named) : undefined
}
