import { json } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const ID = 'vs_68af4029f1e08193a0d1c2b3a4958677'
const BATCH_ID = 'vsfb_68af402a11c88193b0e2d3c4b5a69788'
const FILE_ID = 'file-9rTjVW6yDHXqKpLm3sB1nZ'
const store = { id: ID, object: 'vector_store', created_at: 1_780_000_001, status: 'completed' }
const file = { id: FILE_ID, object: 'vector_store.file', vector_store_id: ID }
const batch = { id: BATCH_ID, object: 'vector_store.file_batch', vector_store_id: ID }
const soon = { headers: { 'openai-poll-after-ms': '20' } }

/** What was asked, below the vector store. */
function asked(): string[] {
  return fixture.provider.requests.map(({ method, url }) => `${method} ${url.replace('/v1', '')}`)
}

test('a vector store is made, read, changed, searched, listed and deleted', async () => {
  const found = { file_id: FILE_ID, filename: 'a.txt', score: 0.75, attributes: {}, content: [] }
  const page = { object: 'list', has_more: false }
  fixture.provider.script(
    json(store),
    json(store),
    json({ ...store, name: 'stars' }),
    json({ ...page, object: 'vector_store.search_results.page', data: [found] }),
    json({ ...page, data: [store], first_id: ID, last_id: ID }),
    json({ id: ID, object: 'vector_store.deleted', deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ vectorStores }) => {
    const { id } = await vectorStores.create({ name: 'planets' })
    const read = await vectorStores.retrieve(id)
    const { name } = await vectorStores.update(id, { name: 'stars' })
    const { data } = await vectorStores.search(id, { query: 'Sol' })
    const listed = await vectorStores.list()
    const deleted = await vectorStores.delete(id)
    return { id, read, name, score: data[0]?.score, listed: listed.data, deleted }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^vs_rec[0-9a-f]{12}_0$/) as string,
    read: { id: recorded.id },
    name: 'stars',
    score: 0.75,
    listed: [{ id: recorded.id }],
    deleted: { id: recorded.id },
  })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([
    'POST /vector_stores',
    `GET /vector_stores/${ID}`,
    `POST /vector_stores/${ID}`,
    `POST /vector_stores/${ID}/search`,
    'GET /vector_stores',
    `DELETE /vector_stores/${ID}`,
  ])
})

test('a file is put into a vector store, waited for, read and taken out', async () => {
  fixture.provider.script(
    json({ ...file, status: 'in_progress' }),
    json({ ...file, status: 'in_progress' }, soon),
    json({ ...file, status: 'completed' }),
    json({ object: 'vector_store.file_content.page', data: [{ type: 'text', text: 'Sol' }] }),
    json({ object: 'list', data: [file], first_id: FILE_ID, last_id: FILE_ID, has_more: false }),
    json({ id: FILE_ID, object: 'vector_store.file.deleted', deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ vectorStores: { files } }) => {
    const { id, status } = await files.createAndPoll(ID, { file_id: FILE_ID })
    const content = await files.content(id, { vector_store_id: ID })
    const listed = await files.list(ID)
    const deleted = await files.delete(id, { vector_store_id: ID })
    return { id, status, content: content.data, listed: listed.data, deleted }
  })

  expect(recorded).toMatchObject({
    id: FILE_ID,
    status: 'completed',
    content: [{ text: 'Sol' }],
    listed: [{ object: 'vector_store.file' }],
    deleted: { deleted: true },
  })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([
    `POST /vector_stores/${ID}/files`,
    `GET /vector_stores/${ID}/files/${FILE_ID}`,
    `GET /vector_stores/${ID}/files/${FILE_ID}`,
    `GET /vector_stores/${ID}/files/${FILE_ID}/content`,
    `GET /vector_stores/${ID}/files`,
    `DELETE /vector_stores/${ID}/files/${FILE_ID}`,
  ])
})

test('files are uploaded, put into a store as one batch, and waited for', async () => {
  const done = { ...batch, status: 'completed', file_counts: { completed: 2, total: 2 } }
  fixture.provider.answer(({ method, url, body }) => {
    if (url === '/v1/files') {
      const name = /filename="(.)\.txt"/.exec(body.toString())?.[1] ?? ''
      return json({ id: `file-${name.repeat(22)}`, object: 'file', filename: `${name}.txt` })
    }
    if (method === 'POST') return json({ ...batch, status: 'in_progress' })
    const isFirst =
      fixture.provider.requests.filter((request) => request.method === 'GET').length === 1
    return isFirst ? json({ ...batch, status: 'in_progress' }, soon) : json(done)
  })

  const { recorded, replayed } = await recordAndReplay(
    async ({ vectorStores: { fileBatches } }) => {
      const files = ['a', 'b'].map((name) => new File([name], `${name}.txt`))
      // Side by side, the SDK would list them in the order in which their uploads ended.
      return fileBatches.uploadAndPoll(ID, { files }, { maxConcurrency: 1 })
    },
  )

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^vsfb_rec[0-9a-f]{12}_0$/) as string,
    status: 'completed',
    file_counts: { completed: 2 },
  })
  expect(replayed).toEqual(recorded)
  const made = fixture.provider.requests[2]?.json() as { file_ids: string[] }
  expect(made.file_ids).toEqual([`file-${'a'.repeat(22)}`, `file-${'b'.repeat(22)}`])
  expect(asked().slice(2)).toEqual([
    `POST /vector_stores/${ID}/file_batches`,
    `GET /vector_stores/${ID}/file_batches/${BATCH_ID}`,
    `GET /vector_stores/${ID}/file_batches/${BATCH_ID}`,
  ])
})

test('a replay does not wait between two polls, however long the provider said', async () => {
  fixture.provider.script(
    json({ ...batch, status: 'in_progress' }, { headers: { 'openai-poll-after-ms': '400' } }),
    json({ ...batch, status: 'completed' }),
  )
  const times: number[] = []

  await recordAndReplay(async ({ vectorStores: { fileBatches } }) => {
    const startedAt = performance.now()
    await fileBatches.poll(ID, BATCH_ID)
    times.push(performance.now() - startedAt)
  })

  const [recording = 0, replaying = 0] = times
  expect(recording).toBeGreaterThan(350)
  expect(replaying).toBeLessThan(recording)
})
