const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'

/** What looks like a credential and is none; made here, so that no scanner of repositories finds one. @public */
export function fakeSecret(
  prefix: string,
  length: number,
  alphabet: string = LETTERS + DIGITS,
): string {
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

/** @public */
export const UPPERCASE_AND_DIGITS: string = LETTERS.slice(0, 26) + DIGITS

/** A JSON Web Token. @public */
export const fakeWebToken: string = [
  Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
  Buffer.from('{"sub":"1234567890","name":"Ann"}').toString('base64url'),
  fakeSecret('', 43),
].join('.')

const KIND = 'RSA PRIVATE'

/** A private key in PEM. @public */
export const fakePrivateKey: string = [
  `-----BEGIN ${KIND} KEY-----`,
  fakeSecret('MII', 61),
  fakeSecret('abc', 61),
  `-----END ${KIND} KEY-----`,
].join('\n')

/** Every way in which a secret, or a good part of it, could be written down. @public */
export function secretSpellings(secret: string): string[] {
  const part = secret.slice(0, 24)
  return [secret, part].flatMap((text) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('hex'),
    ...[0, 1, 2].flatMap((before) =>
      (['base64', 'base64url'] as const).map((encoding) =>
        Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
          .toString(encoding)
          .slice(before === 0 ? 0 : before + 1)
          .replace(/.?.?=*$/, ''),
      ),
    ),
  ])
}
