import { json } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const IDS = ['file-1aQ9rTjVW6yDHXqKpLm3', 'file-2bQ9rTjVW6yDHXqKpLm3', 'file-3cQ9rTjVW6yDHXqKpLm3']

function page(ids: readonly string[], hasMore: boolean): ReturnType<typeof json> {
  const data = ids.map((id) => ({ id, object: 'file', filename: `${id[5]}.txt`, created_at: 1 }))
  return json({ object: 'list', data, first_id: ids[0], last_id: ids.at(-1), has_more: hasMore })
}

function asked(): string[] {
  return fixture.provider.requests.map(({ url }) => url)
}

test('a list is read to its end, each page after the id that came last', async () => {
  fixture.provider.script(page(IDS.slice(0, 2), true), page(IDS.slice(2), false))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const names: string[] = []
    const seen = new Set<string>()
    for await (const { id, filename } of client.files.list({ limit: 2 })) {
      names.push(filename)
      seen.add(id)
    }
    return { names, ids: [...seen] }
  })

  expect(recorded.names).toEqual(['1.txt', '2.txt', '3.txt'])
  expect(recorded.ids).toHaveLength(3)
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual(['/v1/files?limit=2', `/v1/files?limit=2&after=${IDS[1]}`])
})

test('a list is read page by page, by hand and by `after`', async () => {
  fixture.provider.script(
    page(IDS.slice(0, 1), true),
    page(IDS.slice(1, 2), true),
    page(IDS.slice(2), false),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ files }) => {
    const first = await files.list({ limit: 1 })
    const second = await first.getNextPage()
    const third = await files.list({ limit: 1, after: second.data[0]?.id ?? '' })
    const pages = [first, second, third]
    return pages.map((one) => [one.data[0]?.filename, one.hasNextPage()])
  })

  expect(recorded).toEqual([
    ['1.txt', true],
    ['2.txt', true],
    ['3.txt', false],
  ])
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([
    '/v1/files?limit=1',
    `/v1/files?limit=1&after=${IDS[0]}`,
    `/v1/files?limit=1&after=${IDS[1]}`,
  ])
})

test('a list that is left early asks for no further page', async () => {
  fixture.provider.script(page(IDS.slice(0, 2), true))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    for await (const { filename } of client.files.list({ limit: 2 })) return filename
    return undefined
  })

  expect(recorded).toBe('1.txt')
  expect(replayed).toBe('1.txt')
  expect(asked()).toHaveLength(1)
})
