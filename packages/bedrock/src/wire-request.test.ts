import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { SmithyRequest } from './smithy.ts'
import { asksForCredentials, headersOf, readdressed, urlOf, wireBodyOf } from './wire-request.ts'

const request: SmithyRequest = {
  method: 'POST',
  protocol: 'https:',
  hostname: 'bedrock-runtime.us-west-2.amazonaws.com',
  path: '/model/anthropic.claude-v2%3A1/converse',
  headers: { 'content-type': 'application/json', 'Content-Length': '2' },
  body: '{}',
}

test('an address has its port, its path as it is encoded, and its query', () => {
  const query = { maxResults: '5', 'name&': ['a b', 'c'], flag: null }

  expect(urlOf(request)).toBe(
    'https://bedrock-runtime.us-west-2.amazonaws.com/model/anthropic.claude-v2%3A1/converse',
  )
  expect(urlOf({ ...request, port: 8443, query })).toBe(
    'https://bedrock-runtime.us-west-2.amazonaws.com:8443/model/anthropic.claude-v2%3A1/converse?maxResults=5&name%26=a+b&name%26=c&flag=',
  )
})

test('a body is bytes, whatever the SDK made it of', () => {
  class JsonBytes extends Uint8Array {}
  const stream = Readable.from([])

  expect(wireBodyOf(undefined)).toBeNull()
  expect(wireBodyOf('é')).toEqual(Buffer.from('é'))
  expect(wireBodyOf(new JsonBytes([1, 2]))?.constructor).toBe(Uint8Array)
  expect(wireBodyOf(stream)).toBe(stream)
  expect(() => wireBodyOf({})).toThrow('a request body is a string, a Uint8Array or a stream')
})

test('pseudo headers are left out', () => {
  expect(headersOf({ ':status': 200, 'x-amzn-requestid': 'r', date: 'now' })).toEqual([
    ['x-amzn-requestid', 'r'],
    ['date', 'now'],
  ])
})

test('a request with another address and body has the right length, and the first stays as it was', () => {
  const body = Buffer.from('{"a":1}')
  const sent = readdressed(request, { url: 'https://host:1/sessions/s-1?x=1&x=2&y=', body })

  expect(sent).toEqual({
    ...request,
    path: '/sessions/s-1',
    query: { x: ['1', '2'], y: [''] },
    headers: { 'content-type': 'application/json', 'Content-Length': '7' },
    body,
  })
  expect(request.headers['Content-Length']).toBe('2')
})

test.each([
  ['sts.amazonaws.com', true],
  ['sts.us-west-2.amazonaws.com', true],
  ['oidc.us-west-2.amazonaws.com', true],
  ['portal.sso.us-west-2.amazonaws.com', true],
  ['cognito-identity.us-west-2.amazonaws.com', true],
  ['us-west-2.signin.aws.amazon.com', true],
  ['bedrock-runtime.us-west-2.amazonaws.com', false],
  ['127.0.0.1', false],
])('%s is asked for credentials: %s', (hostname, isAsked) => {
  expect(asksForCredentials({ ...request, hostname })).toBe(isAsked)
})
