import { json } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const request = { model: 'text-embedding-3-small', input: ['Sol', 'Luna'] }

function list(...vectors: readonly (string | readonly number[])[]): object {
  return {
    object: 'list',
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    model: request.model,
    usage: { prompt_tokens: 2, total_tokens: 2 },
  }
}

test('the SDK asks for base64 by itself, and decodes the same floats on replay', async () => {
  // 0.5, -1.25 and 3.140625 as little-endian 32-bit floats.
  const floats = Buffer.from('0000003f0000a0bf00004940', 'hex').toString('base64')
  fixture.provider.script(json(list(floats, floats)))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const { data } = await client.embeddings.create(request)
    return data.map(({ embedding }) => embedding)
  })

  expect(recorded).toEqual([
    [0.5, -1.25, 3.140625],
    [0.5, -1.25, 3.140625],
  ])
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.json()).toMatchObject({ encoding_format: 'base64' })
})

test('floats that were asked for keep every digit', async () => {
  fixture.provider.script(json(list([-0.0069292834, 1e-7, 0.1])))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const { data } = await client.embeddings.create({ ...request, encoding_format: 'float' })
    return data[0]?.embedding
  })

  expect(recorded).toEqual([-0.0069292834, 1e-7, 0.1])
  expect(replayed).toEqual(recorded)
})

test('base64 that was asked for stays as it is, also where it is long', async () => {
  const long = Buffer.alloc(60_000, 'Sol').toString('base64')
  fixture.provider.script(json(list(long)))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const { data } = await client.embeddings.create({ ...request, encoding_format: 'base64' })
    return data[0]?.embedding
  })

  expect(recorded).toBe(long)
  expect(replayed).toBe(long)
})
