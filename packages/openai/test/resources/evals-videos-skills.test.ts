import { json, verbatim } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

function asked(): string[] {
  return fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)
}

test('an evaluation is made and run, and its items are listed', async () => {
  const id = 'eval_68af4029f1e08193a0d1c2b3a4958677'
  const runId = 'evalrun_68af402a11c88193b0e2d3c4b5a69788'
  const run = { id: runId, object: 'eval.run', eval_id: id, status: 'queued' }
  const item = { id: 'outputitem_68af402b22d88193b0e2d3c4b5a69788', eval_id: id, run_id: runId }
  fixture.provider.script(
    json({ id, object: 'eval', created_at: 1_780_000_001 }),
    json(run),
    json({ ...run, status: 'completed' }),
    json({ object: 'list', data: [item], has_more: false }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ evals }) => {
    const { id: eval_id } = await evals.create({
      data_source_config: { type: 'custom', item_schema: {} },
      testing_criteria: [],
    })
    const file = { type: 'file_id' as const, id: 'file-9rTjVW6yDHXqKpLm3sB1nZ' }
    const begun = await evals.runs.create(eval_id, { data_source: { type: 'jsonl', source: file } })
    const { status } = await evals.runs.retrieve(begun.id, { eval_id })
    const items = await evals.runs.outputItems.list(begun.id, { eval_id })
    return { eval_id, run_id: begun.id, status, items: items.data }
  })

  expect(recorded).toMatchObject({
    eval_id: expect.stringMatching(/^eval_rec[0-9a-f]{12}_0$/) as string,
    status: 'completed',
    items: [{ eval_id: recorded.eval_id, run_id: recorded.run_id }],
  })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([
    'POST /v1/evals',
    `POST /v1/evals/${id}/runs`,
    `GET /v1/evals/${id}/runs/${runId}`,
    `GET /v1/evals/${id}/runs/${runId}/output_items`,
  ])
})

test('a video is made, waited for, downloaded byte for byte, and deleted', async () => {
  const id = 'video_68af4029f1e08193a0d1c2b3a4958677'
  const video = { id, object: 'video', created_at: 1_780_000_001, model: 'sora-2' }
  const bytes = Buffer.from([0, 0, 0, 24, 255, 254, 128])
  fixture.provider.script(
    json({ ...video, status: 'queued' }),
    json({ ...video, status: 'in_progress' }),
    json({ ...video, status: 'completed' }),
    verbatim(bytes, { headers: { 'content-type': 'video/mp4' } }),
    json({ id, object: 'video.deleted', deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ videos }) => {
    let made = await videos.create({ model: 'sora-2', prompt: 'The Sun.' })
    while (made.status !== 'completed') made = await videos.retrieve(made.id)
    const content = await videos.downloadContent(made.id)
    const read = Buffer.from(await content.arrayBuffer())
    return { id: made.id, read, deleted: await videos.delete(made.id) }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^video_rec[0-9a-f]{12}_0$/) as string,
    read: bytes,
    deleted: { id: recorded.id },
  })
  expect(replayed).toEqual(recorded)
  expect(asked().slice(1)).toEqual([
    `GET /v1/videos/${id}`,
    `GET /v1/videos/${id}`,
    `GET /v1/videos/${id}/content`,
    `DELETE /v1/videos/${id}`,
  ])
})

test('a skill is made of a file, read and listed', async () => {
  const id = 'skill_68af4029f1e08193a0d1c2b3a4958677'
  const skill = { id, object: 'skill', created_at: 1_780_000_001, name: 'sun' }
  fixture.provider.script(
    json(skill),
    json(skill),
    json({ object: 'list', data: [skill], first_id: id, last_id: id, has_more: false }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ skills }) => {
    const { id: made } = await skills.create({ files: [new File(['# Sun'], 'SKILL.md')] })
    const read = await skills.retrieve(made)
    return { made, read, listed: (await skills.list()).data }
  })

  expect(recorded).toMatchObject({
    made: expect.stringMatching(/^skill_rec[0-9a-f]{12}_0$/) as string,
    read: { id: recorded.made },
    listed: [{ id: recorded.made }],
  })
  expect(replayed).toEqual(recorded)
  expect(asked()[1]).toBe(`GET /v1/skills/${id}`)
})
