import { createHash, createHmac } from 'node:crypto'
import type { ReceivedRequest } from '@wiretape/testkit'

/**
 * What is wrong with a request's Signature Version 4; undefined where it is right, body included.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureProblem(request: ReceivedRequest, secret: string): string | undefined {
  const header = (name: string): string => String(request.headers[name] ?? '')
  const payload = sha256(request.body)
  if (header('x-amz-content-sha256') !== payload) return 'x-amz-content-sha256 is of another body'
  const given =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      header('authorization'),
    )
  if (given === null) return `not signed: ${header('authorization')}`
  const [, scope = '', names = '', signature] = given
  const [path = '', query = ''] = request.url.split('?')
  const canonical = [
    request.method,
    path.split('/').map(encodeURIComponent).join('/'),
    query,
    ...names.split(';').map((name) => `${name}:${header(name).trim()}`),
    '',
    names,
    payload,
  ].join('\n')
  const date = header('x-amz-date')
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = scope
    .split('/')
    .reduce<Buffer | string>((last, part) => hmac(last, part), `AWS4${secret}`)
  return hmac(key, text).toString('hex') === signature ? undefined : 'the signature is wrong'
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
