/**
 * What a name says of its value, whatever its spelling: `api_key`, `apiKey`, `X-Api-Key` are one. Names are judged by their
 * last words, so that `max_tokens`, `password_hint` and `secret_name` are none of these.
 */

/** Any text under such a name is a credential. */
const CREDENTIALS: ReadonlySet<string> = wordSet(`
  password passwd passphrase secret authorization cookie cookies apikey apikeys
  apisecret apitoken secretkey privatekey clientsecret accesstoken refreshtoken
  authtoken sessiontoken securitytoken bearertoken idtoken oauthtoken accesskey
  accesskeyid secretaccesskey signingkey encryptionkey subscriptionkey accountkey
  sharedaccesskey masterkey passwords secrets connectionstring
`)

/** Text under such a name is a credential where it looks like one: `token` also names a piece of a word. */
const TOKENS: ReadonlySet<string> = new Set(['token', 'jwt', 'bearer', 'credential', 'credentials'])

/** In an address, also these; a JSON field `key` or `signature` is something else. */
const PARAMETERS: ReadonlySet<string> = new Set(['key', 'sig', 'signature', 'awsaccesskeyid'])

/** Words of which a secret environment variable's name has one. */
const VARIABLES: ReadonlySet<string> = wordSet(`
  key keys apikey token secret secrets password passwd passphrase pass pat credential
  credentials auth
`)

const LONGEST_NAME = 80
/** Of the last words, so many are looked at together: `secret_access_key`. */
const MOST_WORDS = 3
const MOST_REMEMBERED = 4096

/** Whether any text under this name is a credential. */
export const isCredentialName: (name: string) => boolean = remembering((name) =>
  endsWithOneOf(name, CREDENTIALS),
)

/** Whether text under this name is a credential if it looks like one. */
export const isTokenName: (name: string) => boolean = remembering((name) =>
  TOKENS.has(wordsOf(name).join('')),
)

/** Whether this parameter of an address carries a credential or a signature. */
export const isCredentialParameter: (name: string) => boolean = remembering(
  (name) =>
    /^x-(amz|goog)-/i.test(name) ||
    PARAMETERS.has(wordsOf(name).join('')) ||
    TOKENS.has(wordsOf(name).join('')) ||
    endsWithOneOf(name, CREDENTIALS),
)

/** Whether an environment variable's name says that its value is a secret. */
export const isSecretVariable: (name: string) => boolean = remembering(
  (name) => wordsOf(name).some((word) => VARIABLES.has(word)) || endsWithOneOf(name, CREDENTIALS),
)

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/))
}

function endsWithOneOf(name: string, tails: ReadonlySet<string>): boolean {
  const words = wordsOf(name).slice(-MOST_WORDS)
  return words.some((_, index) => tails.has(words.slice(index).join('')))
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/** Names come again and again: a request of 100 kB has thousands of members and a few dozen names. */
function remembering(judge: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>()
  return (name) => {
    // A placeholder in a name's place says nothing of what stands beside it.
    if (name.length > LONGEST_NAME || name.includes('<')) return false
    const judged = known.get(name)
    if (judged !== undefined) return judged
    if (known.size >= MOST_REMEMBERED) known.clear()
    const verdict = judge(name)
    known.set(name, verdict)
    return verdict
  }
}
