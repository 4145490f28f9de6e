import {
  type BedrockRuntimeClient,
  GetAsyncInvokeCommand,
  StartAsyncInvokeCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { bedrockJson } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { SECRETS, useBedrockFixture } from './bedrock-fixture.ts'
import { signatureProblem } from './signature.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor } = fixture

const ARN = 'arn:aws:bedrock:us-west-2:111122223333:async-invoke/q7d8k2m4x9zt'

/** Starts a job, under a token that the SDK makes up each time, and asks once how it is going. */
async function runJob(client: BedrockRuntimeClient): Promise<unknown> {
  const { invocationArn } = await client.send(
    new StartAsyncInvokeCommand({
      modelId: 'amazon.nova-reel-v1:0',
      modelInput: { taskType: 'TEXT_VIDEO' },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://bucket' } },
    }),
  )
  const { status } = await client.send(new GetAsyncInvokeCommand({ invocationArn }))
  return { invocationArn, status }
}

test('a job is asked for by the name that Bedrock gave it, under a signature that is right', async () => {
  fixture.bedrock.script(
    bedrockJson({ invocationArn: ARN }),
    bedrockJson({ invocationArn: ARN, modelArn: 'arn:aws:bedrock:::model', status: 'Completed' }),
  )
  const recording = tapeFor('record', { testId: 'job' })
  const recorded = await runJob(clientFor(recording))
  await recording.close()
  await fixture.bedrock.close()
  const replaying = tapeFor('replay', { testId: 'job' })
  const replayed = await runJob(clientFor(replaying))
  await replaying.close()

  const [start, get] = fixture.bedrock.requests
  expect(start?.json()).toHaveProperty('clientRequestToken')
  expect(get?.url).toBe(`/async-invoke/${encodeURIComponent(ARN)}`)
  for (const request of fixture.bedrock.requests)
    expect(signatureProblem(request, SECRETS.secretAccessKey)).toBeUndefined()
  expect(recorded).toEqual({ invocationArn: ARN, status: 'Completed' })
  // Who pays is nobody's business: the account is not in the file.
  const invocationArn = ARN.replace('111122223333', '<aws-account-id>')
  expect(replayed).toEqual({ invocationArn, status: 'Completed' })
})
