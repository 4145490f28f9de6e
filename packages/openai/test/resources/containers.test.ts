import { json, verbatim } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const ID = 'cntr_68af4029f1e08193a0d1c2b3a4958677'
const FILE_ID = 'cfile_68af402a11c88193b0e2d3c4b5a69788'

test('a container is made, filled, read and deleted by its own id', async () => {
  const container = { id: ID, object: 'container', created_at: 1_780_000_001, status: 'running' }
  const file = { id: FILE_ID, object: 'container.file', container_id: ID, path: '/mnt/data/a.bin' }
  const bytes = Buffer.from([0, 255, 254, 10, 13])
  fixture.provider.script(
    json(container),
    json(file),
    json({ object: 'list', data: [file], first_id: FILE_ID, last_id: FILE_ID, has_more: false }),
    verbatim(bytes, { headers: { 'content-type': 'application/octet-stream' } }),
    json({ object: 'list', data: [container], first_id: ID, last_id: ID, has_more: false }),
    verbatim('', { status: 204 }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ containers }) => {
    const { id } = await containers.create({ name: 'sun' })
    const made = await containers.files.create(id, { file: new File([bytes], 'a.bin') })
    const inside = await containers.files.list(id)
    const content = await containers.files.content.retrieve(made.id, { container_id: id })
    const read = Buffer.from(await content.arrayBuffer())
    const listed = await containers.list()
    await containers.delete(id)
    return { id, file: made.id, inside: inside.data, read, listed: listed.data }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^cntr_rec[0-9a-f]{12}_0$/) as string,
    inside: [{ id: recorded.file, container_id: recorded.id }],
    read: bytes,
    listed: [{ id: recorded.id }],
  })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /v1/containers',
    `POST /v1/containers/${ID}/files`,
    `GET /v1/containers/${ID}/files`,
    `GET /v1/containers/${ID}/files/${FILE_ID}/content`,
    'GET /v1/containers',
    `DELETE /v1/containers/${ID}`,
  ])
})
