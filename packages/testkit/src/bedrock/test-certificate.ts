import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** A key and a certificate for 127.0.0.1 and localhost, good for a day, which nobody trusts by itself. @public */
export interface TestCertificate {
  /** PEM; also what a client has to trust. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

const DAY = 24 * 60 * 60 * 1000
const ECDSA_WITH_SHA256 = '06082a8648ce3d040302'
const COMMON_NAME = '0603550403'
const SUBJECT_ALT_NAME = '0603551d11'
const BASIC_CONSTRAINTS = '0603551d13'

/**
 * Makes a self-signed certificate: a new key each time, so that none lies in the repository.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function createTestCertificate(): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(hex(ECDSA_WITH_SHA256))
  const body = certificateBody(publicKey, algorithm)
  const signature = sign('sha256', body, privateKey)
  const certificate = sequence(body, algorithm, bitString(signature))
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

function certificateBody(publicKey: KeyObject, algorithm: Buffer): Buffer {
  const name = sequence(der(0x31, sequence(hex(COMMON_NAME), der(0x0c, 'wiretape testkit'))))
  const now = Date.now()
  const serial = Buffer.concat([hex('01'), randomBytes(8)])
  return sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, serial),
    algorithm,
    name,
    sequence(utcTime(now - DAY), utcTime(now + DAY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(altNames(), basicConstraints())),
  )
}

function altNames(): Buffer {
  const names = sequence(der(0x82, 'localhost'), der(0x87, Buffer.from([127, 0, 0, 1])))
  return sequence(hex(SUBJECT_ALT_NAME), der(0x04, names))
}

/** It is its own authority. */
function basicConstraints(): Buffer {
  return sequence(hex(BASIC_CONSTRAINTS), der(0x04, sequence(der(0x01, hex('ff')))))
}

function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/\D/g, '').slice(2, 14)
  return der(0x17, `${digits}Z`)
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([hex('00'), bytes]))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

/** A value in DER: its tag, its length, its bytes. */
function der(tag: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string)
  const { length } = bytes
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), bytes])
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, 'hex')
}
