import { json } from '@wiretape/testkit'
import { toStreamingFile } from 'openai'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const ID = 'upload_68af4029f1e08193a0d1c2b3a4958677'
const FILE_ID = 'file-9rTjVW6yDHXqKpLm3sB1nZ'
const parts = ['part_68af402a11c88193b0e2d3c4b5a69788', 'part_68af402a22d88193b0e2d3c4b5a69788']
const upload = {
  id: ID,
  object: 'upload',
  bytes: 6,
  created_at: 1_780_000_001,
  expires_at: 1_780_003_601,
  filename: 'a.jsonl',
  purpose: 'batch',
  status: 'pending',
}

test('a large file is uploaded in parts, each of which goes by its own id', async () => {
  const part = (index: number): object => ({
    id: parts[index],
    object: 'upload.part',
    created_at: 1_780_000_002,
    upload_id: ID,
  })
  const file = { id: FILE_ID, object: 'file', bytes: 6, filename: 'a.jsonl', purpose: 'batch' }
  fixture.provider.script(
    json(upload),
    json(part(0)),
    json(part(1)),
    json({ ...upload, status: 'completed', file }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ uploads }) => {
    const { id } = await uploads.create({
      bytes: 6,
      filename: 'a.jsonl',
      mime_type: 'text/jsonl',
      purpose: 'batch',
    })
    const first = await uploads.parts.create(id, { data: new File(['abc'], 'blob') })
    const second = await uploads.parts.create(id, { data: new File(['def'], 'blob') })
    return uploads.complete(id, { part_ids: [first.id, second.id] })
  })

  expect(recorded).toMatchObject({ status: 'completed', created_at: 0 })
  expect(recorded.file?.id).toMatch(/^file-rec[0-9a-f]{12}_0$/)
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests.map(({ url }) => url)).toEqual([
    '/v1/uploads',
    `/v1/uploads/${ID}/parts`,
    `/v1/uploads/${ID}/parts`,
    `/v1/uploads/${ID}/complete`,
  ])
  expect(fixture.provider.requests[3]?.json()).toEqual({ part_ids: parts })
})

test('an upload is cancelled', async () => {
  fixture.provider.script(json(upload), json({ ...upload, status: 'cancelled' }))

  const { recorded, replayed } = await recordAndReplay(async ({ uploads }) => {
    const { id } = await uploads.create({
      bytes: 6,
      filename: 'a.jsonl',
      mime_type: 'text/jsonl',
      purpose: 'batch',
    })
    return uploads.cancel(id)
  })

  expect(recorded.status).toBe('cancelled')
  expect(replayed).toEqual(recorded)
})

test('a file that is read while it is sent arrives whole, and is the same request again', async () => {
  const file = { id: FILE_ID, object: 'file', bytes: 6, filename: 'a.jsonl', purpose: 'batch' }
  fixture.provider.script(json(file))

  const { recorded, replayed } = await recordAndReplay(({ files }) =>
    files.create({ file: toStreamingFile(pieces(), 'a.jsonl'), purpose: 'batch' }),
  )

  expect(recorded.filename).toBe('a.jsonl')
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.body.toString()).toContain('\r\n\r\nabcdef\r\n--')
})

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('abc')
  yield Buffer.from('def')
}
