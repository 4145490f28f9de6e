const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'

/** What looks like a credential and is none; made here, so that no scanner of repositories finds one. */
export function fake(prefix: string, length: number, alphabet: string = LETTERS + DIGITS): string {
  let state = length
  for (const character of prefix) state = state * 31 + character.charCodeAt(0)
  let token = ''
  while (token.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    token += alphabet[Math.floor(state / 65_536) % alphabet.length] ?? ''
  }
  // A digit stands in every one, as in nearly every real one.
  return `${prefix}${token.slice(0, -2)}7${token.slice(-1)}`
}

export const UPPER: string = LETTERS.slice(0, 26) + DIGITS

export const webToken: string = [
  Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
  Buffer.from('{"sub":"1234567890","name":"Ann"}').toString('base64url'),
  fake('', 43),
].join('.')

const KIND = 'RSA PRIVATE'

export const privateKey: string = [
  `-----BEGIN ${KIND} KEY-----`,
  fake('MII', 61),
  fake('abc', 61),
  `-----END ${KIND} KEY-----`,
].join('\n')
