import { json, verbatim } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const FILE_ID = 'file-9rTjVW6yDHXqKpLm3sB1nZ'
const OUTPUT_ID = 'file-2bQ9rTjVW6yDHXqKpLm3sB'
const BATCH_ID = 'batch_68af4029f1e08193a0d1c2b3a4958677'
const JOB_ID = 'ftjob-9rTjVW6yDHXqKpLm3sB1nZaQ'

function asked(): string[] {
  return fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)
}

test('a batch is made of a file, waited for, and its output read', async () => {
  const batch = { id: BATCH_ID, object: 'batch', input_file_id: FILE_ID, created_at: 1_780_000_001 }
  const output = '{"custom_id":"1","response":{"status_code":200}}\n'
  fixture.provider.script(
    json({ id: FILE_ID, object: 'file', filename: 'a.jsonl', purpose: 'batch' }),
    json({ ...batch, status: 'validating' }),
    json({ ...batch, status: 'in_progress' }),
    json({ ...batch, status: 'completed', output_file_id: OUTPUT_ID }),
    verbatim(output, { headers: { 'content-type': 'application/octet-stream' } }),
    json({ object: 'list', data: [batch], first_id: BATCH_ID, last_id: BATCH_ID, has_more: false }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ files, batches }) => {
    const file = await files.create({ file: new File(['{}'], 'a.jsonl'), purpose: 'batch' })
    let made = await batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    })
    while (made.status !== 'completed') made = await batches.retrieve(made.id)
    const content = await (await files.content(made.output_file_id ?? '')).text()
    const listed = await batches.list()
    return { file: file.id, made, content, listed: listed.data }
  })

  expect(recorded).toMatchObject({
    made: { input_file_id: recorded.file, status: 'completed', created_at: 0 },
    content: output,
    listed: [{ id: recorded.made.id }],
  })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[1]?.json()).toMatchObject({ input_file_id: FILE_ID })
  expect(asked().slice(2)).toEqual([
    `GET /v1/batches/${BATCH_ID}`,
    `GET /v1/batches/${BATCH_ID}`,
    `GET /v1/files/${OUTPUT_ID}/content`,
    'GET /v1/batches',
  ])
})

test('a batch is cancelled', async () => {
  const batch = { id: BATCH_ID, object: 'batch', status: 'cancelling' }
  fixture.provider.script(json(batch))

  const { recorded, replayed } = await recordAndReplay(({ batches }) => batches.cancel(BATCH_ID))

  expect(recorded.status).toBe('cancelling')
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([`POST /v1/batches/${BATCH_ID}/cancel`])
})

test('fine-tuning jobs are made and listed, with their events and checkpoints', async () => {
  const job = { id: JOB_ID, object: 'fine_tuning.job', training_file: FILE_ID, status: 'queued' }
  const event = { id: 'ftevent-9rTjVW6yDHXqKpLm3sB1nZaQ', object: 'fine_tuning.job.event' }
  const checkpoint = {
    id: 'ftckpt_9rTjVW6yDHXqKpLm3sB1nZaQ',
    object: 'fine_tuning.job.checkpoint',
    fine_tuning_job_id: JOB_ID,
  }
  fixture.provider.script(
    json(job),
    json(pageOf(job)),
    json(pageOf(event)),
    json(pageOf(checkpoint)),
    json({ ...job, status: 'cancelled' }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ fineTuning: { jobs } }) => {
    const { id } = await jobs.create({ model: 'gpt-4o-mini', training_file: FILE_ID })
    const listed = await jobs.list()
    const events = await jobs.listEvents(id)
    const checkpoints = await jobs.checkpoints.list(id)
    const { status } = await jobs.cancel(id)
    return { id, listed: listed.data, events: events.data, checkpoints: checkpoints.data, status }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^ftjob-rec[0-9a-f]{12}_0$/) as string,
    listed: [{ id: recorded.id }],
    events: [{ object: 'fine_tuning.job.event' }],
    checkpoints: [{ object: 'fine_tuning.job.checkpoint' }],
    status: 'cancelled',
  })
  expect(replayed).toEqual(recorded)
  expect(asked().slice(2)).toEqual([
    `GET /v1/fine_tuning/jobs/${JOB_ID}/events`,
    `GET /v1/fine_tuning/jobs/${JOB_ID}/checkpoints`,
    `POST /v1/fine_tuning/jobs/${JOB_ID}/cancel`,
  ])
})

function pageOf(item: object): object {
  return { object: 'list', data: [item], has_more: false }
}
