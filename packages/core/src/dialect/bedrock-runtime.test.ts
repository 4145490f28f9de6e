import { expect, test } from 'vitest'
import { bedrockRuntime } from './bedrock-runtime.ts'
import { recognised, request, see } from './exchange.test-fixture.ts'

const HOST = 'https://bedrock-runtime.us-east-1.amazonaws.com'

test.each([
  ['POST', '/model/m-v1%3A0/count-tokens', '/model/{modelId}/count-tokens', 'm-v1:0', []],
  [
    'POST',
    '/guardrail/274u1upxm897/version/1/apply',
    '/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply',
    null,
    ['274u1upxm897', '1'],
  ],
  ['GET', '/async-invoke', '/async-invoke', null, []],
  [
    'GET',
    '/async-invoke/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aasync-invoke%2Fab12',
    '/async-invoke/{invocationArn}',
    null,
    ['arn:aws:bedrock:us-east-1:1:async-invoke/ab12'],
  ],
])('%s %s is %s', (...[method, path, name, model, pathIds]) => {
  const recognition = recognised(bedrockRuntime, request(method, HOST + path))

  expect(recognition.endpoint.name).toBe(name)
  expect([recognition.model, recognition.pathIds ?? []]).toEqual([model, pathIds])
})

test('an asynchronous invocation keeps something, and its token says nothing', () => {
  const body = { modelId: 'amazon.nova-reel-v1:0', clientRequestToken: 'c1f28574' }

  const { endpoint, model } = recognised(
    bedrockRuntime,
    request('POST', `${HOST}/async-invoke`, body),
  )

  expect([endpoint.stateful, endpoint.ignored, model]).toEqual([
    true,
    ['clientRequestToken'],
    'amazon.nova-reel-v1:0',
  ])
})

test('a guardrail takes as long as it takes', () => {
  const view = request('POST', `${HOST}/guardrail/g/version/1/apply`, {})
  const text = '{"assessments":[{"invocationMetrics":{"guardrailProcessingLatency":352}}]}'

  const seen = see(bedrockRuntime, view, { text })

  expect(seen.normalized).toEqual([
    { assessments: [{ invocationMetrics: { guardrailProcessingLatency: 0 } }] },
  ])
  expect(seen.types).toEqual(['wiretape.bedrock-runtime.guardrail'])
})
