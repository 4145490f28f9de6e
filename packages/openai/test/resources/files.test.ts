import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withTape } from '@wiretape/openai'
import { error, json, verbatim } from '@wiretape/testkit'
import { OpenAI, toFile } from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const ID = 'file-9rTjVW6yDHXqKpLm3sB1nZ'
const lines = '{"custom_id":"1","id":"file-9rTjVW6yDHXqKpLm3sB1nZ"}\n{"custom_id":"2"}\n'
const uploaded = {
  id: ID,
  object: 'file',
  bytes: lines.length,
  created_at: 1_780_000_001,
  filename: 'a.jsonl',
  purpose: 'batch',
  status: 'processed',
}

function asked(): string[] {
  return fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)
}

test('a file is uploaded, listed, read byte for byte, and deleted by its own id', async () => {
  fixture.provider.script(
    json(uploaded),
    json({ object: 'list', data: [uploaded], first_id: ID, last_id: ID, has_more: false }),
    json(uploaded),
    verbatim(lines, { headers: { 'content-type': 'application/octet-stream' } }),
    json({ id: ID, object: 'file', deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ files }) => {
    const file = await toFile(Buffer.from(lines), 'a.jsonl')
    const { id } = await files.create({ file, purpose: 'batch' })
    const listed = await files.list({ purpose: 'batch' })
    const { bytes } = await files.waitForProcessing(id)
    const content = await (await files.content(id)).text()
    return { id, listed: listed.data, bytes, content, deleted: await files.delete(id) }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^file-rec[0-9a-f]{12}_0$/) as string,
    listed: [{ id: recorded.id, created_at: 0 }],
    bytes: lines.length,
    content: lines,
    deleted: { id: recorded.id, deleted: true },
  })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([
    'POST /v1/files',
    'GET /v1/files?purpose=batch',
    `GET /v1/files/${ID}`,
    `GET /v1/files/${ID}/content`,
    `DELETE /v1/files/${ID}`,
  ])
})

test('a file that the program deleted is not found, while recording and on replay', async () => {
  fixture.provider.script(
    json(uploaded),
    json({ id: ID, object: 'file', deleted: true }),
    error(404, 'No such File object.'),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ files }) => {
    const { id } = await files.create({ file: new File([lines], 'a.jsonl'), purpose: 'batch' })
    await files.delete(id)
    return files.retrieve(id).catch((reason: unknown) => reason)
  })

  for (const reason of [recorded, replayed]) {
    expect(reason).toBeInstanceOf(OpenAI.NotFoundError)
    expect(reason).toMatchObject({ message: '404 No such File object.' })
  }
})

test('a file of bytes that are no text comes back as it was', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
  fixture.provider.script(
    verbatim(bytes, { headers: { 'content-type': 'application/octet-stream' } }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ files }) => {
    const content = await files.content(ID)
    return Buffer.from(await content.arrayBuffer())
  })

  expect(recorded).toEqual(bytes)
  expect(replayed).toEqual(bytes)
})

test('a file is waited for until it is processed, as often on replay', async () => {
  fixture.provider.script(json({ ...uploaded, status: 'uploaded' }), json(uploaded))

  const { recorded, replayed } = await recordAndReplay(({ files }) =>
    files.waitForProcessing(ID, { pollInterval: 1 }),
  )

  expect(recorded).toMatchObject({ status: 'processed' })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([`GET /v1/files/${ID}`, `GET /v1/files/${ID}`])
})

test('a file on disk, a buffer and a web response are one upload', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wiretape-upload-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.jsonl')
  await writeFile(path, lines)
  fixture.provider.script(json(uploaded), json({ ...uploaded, id: `${ID}2` }))

  const { recorded, replayed } = await recordAndReplay(async ({ files }) => {
    const first = await files.create({
      file: await toFile(createReadStream(path)),
      purpose: 'batch',
    })
    const second = await files.create({ file: new File([lines], 'a.jsonl'), purpose: 'batch' })
    return [first.id, second.id]
  })

  const [first = ''] = recorded
  expect(recorded).toEqual([first, first.replace(/_0$/, '-2_0')])
  expect(replayed).toEqual(recorded)
})

test('the probe by which the SDK tries a `fetch` for uploads is no traffic', async () => {
  const probed: string[] = []
  fixture.provider.script(json(uploaded))
  const connect = (tape: Parameters<typeof withTape>[1]): OpenAI =>
    withTape(
      new OpenAI({
        apiKey: 'sk-unused',
        baseURL: `${fixture.provider.url}/v1`,
        fetch: (input, init) => {
          probed.push(String(input instanceof Request ? input.url : input))
          return fetch(input, init)
        },
      }),
      tape,
    )

  const { recorded, replayed } = await recordAndReplay(
    ({ files }) => files.create({ file: new File([lines], 'a.jsonl'), purpose: 'batch' }),
    connect,
  )

  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual(['POST /v1/files'])
  expect(probed.filter((url) => !url.startsWith('data:'))).toEqual([
    `${fixture.provider.url}/v1/files`,
  ])
})
