import { expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { formatManifest, readManifest } from './manifest.ts'

async function refusal(text: string): Promise<string> {
  const store = createMemoryStore({ 'wiretape.json': text })
  const error = await readManifest(store).catch((caught: unknown) => caught)
  return (error as Error).message.replaceAll(store.locate('wiretape.json'), '<path>')
}

test('a corpus without a manifest has no options and no layers', async () => {
  expect(await readManifest(createMemoryStore())).toEqual({
    node: undefined,
    matches: [{}],
    layers: [],
    isRekeyed: false,
  })
})

test('a manifest says its options newest first, and its layers', async () => {
  const store = createMemoryStore({
    'wiretape.json': JSON.stringify({
      format: 1,
      keys: [
        { rule: 'wiretape/1', match: { ignore: ['body.b', 'body.a'] } },
        { rule: 'ogx' },
        { rule: 'wiretape/1' },
      ],
      layers: ['@acme/base', '../shared'],
      rekeyed: true,
    }),
  })

  expect(await readManifest(store)).toMatchObject({
    matches: [{ ignore: ['body.a', 'body.b'] }, {}],
    layers: ['@acme/base', '../shared'],
    isRekeyed: true,
  })
})

test.each(['{"format":1}', '{"format":1,"keys":[]}'])('%s has no options', async (text) => {
  const store = createMemoryStore({ 'wiretape.json': text })

  expect((await readManifest(store)).matches).toEqual([{}])
})

const MEND = '→ correct it by hand, or restore it from version control'
const UPDATE = '→ npm install @wiretape/core@latest'

test.each([
  [
    '{"format":1,}',
    `WT_MANIFEST_INVALID: <path>: is not JSON: line 1, column 13: expected a key, found '}'\n${MEND}`,
  ],
  ['[]', `WT_MANIFEST_INVALID: <path>: expected an object, found an array\n${MEND}`],
  [
    '{}',
    `WT_MANIFEST_INVALID: <path>, at /format: expected a whole number from 1, found nothing\n${MEND}`,
  ],
  [
    '{"format":"1"}',
    `WT_MANIFEST_INVALID: <path>, at /format: expected a whole number from 1, found '1'\n${MEND}`,
  ],
  [
    '{"format":2,"keys":7}',
    `WT_VERSION_UNSUPPORTED: <path>, at /format: has format 2; this wiretape reads format 1\n${UPDATE}`,
  ],
  [
    '{"format":1,"keys":{}}',
    `WT_MANIFEST_INVALID: <path>, at /keys: expected an array, found an object\n${MEND}`,
  ],
  [
    '{"format":1,"keys":[{"rule":"wiretape/1"},null]}',
    `WT_MANIFEST_INVALID: <path>, at /keys/1/rule: expected a string, found nothing\n${MEND}`,
  ],
  [
    '{"format":1,"keys":[{"rule":"wiretape/9"}]}',
    `WT_VERSION_UNSUPPORTED: <path>, at /keys/0/rule: has the rule 'wiretape/9'; this wiretape knows wiretape/1 and ogx\n${UPDATE}`,
  ],
  [
    '{"format":1,"keys":[{"rule":"wiretape/1","match":{"ignore":["user"]}}]}',
    `WT_MANIFEST_INVALID: <path>, at /keys/0/match: match.ignore[0] takes a path that begins with body, headers, host, model, path_ids, provider or query, got 'user'\n${MEND}`,
  ],
  [
    '{"format":1,"keys":[{"rule":"wiretape/1","match":[]}]}',
    `WT_MANIFEST_INVALID: <path>, at /keys/0/match: match takes an object, got an array\n${MEND}`,
  ],
  [
    '{"format":1,"layers":"a"}',
    `WT_MANIFEST_INVALID: <path>, at /layers: expected an array, found 'a'\n${MEND}`,
  ],
  [
    '{"format":1,"layers":["a",7]}',
    `WT_MANIFEST_INVALID: <path>, at /layers/1: expected a package or a path, found 7\n${MEND}`,
  ],
  [
    '{"format":1,"layers":["/etc"]}',
    `WT_MANIFEST_INVALID: <path>, at /layers/0: expected a path from the manifest's folder, found '/etc'\n${MEND}`,
  ],
])('%s is one clear error', async (text, message) => {
  expect(await refusal(text)).toBe(message)
})

test('what a manifest says besides survives, also in its entries', async () => {
  const store = createMemoryStore({
    'wiretape.json':
      '{"format":1,"mine":1.0,"keys":[{"rule":"wiretape/1","since":"2026"},{"rule":"ogx","own":1}],"layers":["a"],"redaction":{}}',
  })
  const manifest = await readManifest(store)

  expect(JSON.parse(formatManifest(manifest, [{ include: ['host'] }, {}]))).toEqual({
    format: 1,
    mine: 1,
    keys: [
      { rule: 'wiretape/1', match: { include: ['host'] } },
      { rule: 'wiretape/1', since: '2026' },
      { rule: 'ogx', own: 1 },
    ],
    layers: ['a'],
    redaction: {},
  })
  expect(formatManifest(manifest, [{}])).toContain('"mine": 1.0')
})
