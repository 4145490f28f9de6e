import { json, sse } from '@wiretape/testkit'
import { toFile } from 'openai'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay, files } = fixture

const request = { model: 'gpt-image-1', prompt: 'The Sun, as an icon.' }
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const base64 = png.toString('base64')
const images = { created: 1_780_000_001, data: [{ b64_json: base64 }] }

function events(kind: 'image_generation' | 'image_edit'): { event: string; data: object }[] {
  const partial = { type: `${kind}.partial_image`, partial_image_index: 0, b64_json: 'iVBORw0K' }
  const completed = { type: `${kind}.completed`, b64_json: base64, created_at: 1_780_000_001 }
  return [partial, completed].map((data) => ({ event: data.type, data }))
}

test('an image is made', async () => {
  fixture.provider.script(json(images))

  const { recorded, replayed } = await recordAndReplay((client) => client.images.generate(request))

  expect(recorded).toMatchObject({ created: 0, data: [{ b64_json: base64 }] })
  expect(replayed).toEqual(recorded)
})

test('an image of several hundred kilobytes lies beside its recording, and comes back whole', async () => {
  const large = Buffer.alloc(300_000, png).toString('base64')
  fixture.provider.script(json({ ...images, data: [{ b64_json: large }] }))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const { data } = await client.images.generate(request)
    return data?.[0]?.b64_json
  })

  expect(recorded).toBe(large)
  expect(replayed).toBe(large)
  expect((await files()).filter((path) => path.includes('blobs'))).toHaveLength(1)
})

test('an image is streamed: its parts, then the whole', async () => {
  fixture.provider.script(sse(events('image_generation')))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const types: string[] = []
    const stream = await client.images.generate({ ...request, stream: true, partial_images: 1 })
    for await (const { type, b64_json: data } of stream) types.push(`${type} ${data}`)
    return types
  })

  expect(recorded).toEqual([
    'image_generation.partial_image iVBORw0K',
    `image_generation.completed ${base64}`,
  ])
  expect(replayed).toEqual(recorded)
})

test('an image is changed: the form with its file is the same request again', async () => {
  fixture.provider.script(json(images), sse(events('image_edit')))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const edit = { ...request, image: await toFile(png, 'sun.png', { type: 'image/png' }) }
    const whole = await client.images.edit(edit)
    const types: string[] = []
    for await (const { type } of await client.images.edit({ ...edit, stream: true }))
      types.push(type)
    return { whole, types }
  })

  expect(recorded).toMatchObject({
    whole: { data: [{ b64_json: base64 }] },
    types: ['image_edit.partial_image', 'image_edit.completed'],
  })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.body.includes(png)).toBe(true)
})

test('a variation is made of an image', async () => {
  fixture.provider.script(json(images))

  const { recorded, replayed } = await recordAndReplay(async (client) =>
    client.images.createVariation({ image: await toFile(png, 'sun.png') }),
  )

  expect(recorded.data).toEqual([{ b64_json: base64 }])
  expect(replayed).toEqual(recorded)
})
