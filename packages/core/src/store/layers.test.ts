import { expect, test } from 'vitest'
import { printJson } from '../json/print.ts'
import {
  chatAddress,
  chatDocument,
  chatPath,
  chatRecording,
} from './chat-recording.test-fixture.ts'
import { createLayers, type Layers } from './layers.ts'
import { createMemoryStore } from './memory-store.ts'
import { listPaths } from './store-contract.test-fixture.ts'
import type { Store } from './store.ts'

/** A store that answers the question `q`, occurrence by occurrence. */
function storeOf(...answers: readonly string[]): Store {
  return createMemoryStore(
    Object.fromEntries(
      answers.map((answer, index) => [
        chatPath('q', index + 1),
        chatRecording('q', answer, { version: 1, occurrence: index + 1 }),
      ]),
    ),
  )
}

function readOnly(store: Store): Store {
  return {
    ...store,
    writable: false,
    write: async () => {
      throw new Error('a read-only layer was written to')
    },
    delete: async () => {
      throw new Error('a read-only layer was written to')
    },
  }
}

async function answerOf(layers: Layers, occurrence = 1): Promise<string | undefined> {
  const found = await layers.find(chatAddress('q', occurrence))
  if (found === undefined) return undefined
  return /"content":"([^"]*)"\}\}\]/.exec(printJson(found.document.response))?.[1]
}

test('layers are looked up in order', async () => {
  expect(await answerOf(createLayers([storeOf('upper'), storeOf('lower')]))).toBe('upper')
  expect(await answerOf(createLayers([storeOf(), storeOf('lower')]))).toBe('lower')
  expect(await answerOf(createLayers([storeOf(), storeOf()]))).toBeUndefined()
})

test('the layer that holds the first occurrence owns them all', async () => {
  const layers = createLayers([storeOf('upper'), storeOf('lower', 'lower again')])

  expect(await answerOf(layers, 2)).toBeUndefined()
})

test('a later occurrence without its first is nobody’s where there are layers', async () => {
  const upper = createMemoryStore({
    [chatPath('q', 2)]: chatRecording('q', 'upper again', { version: 1, occurrence: 2 }),
  })

  expect(await answerOf(createLayers([upper, storeOf()]), 2)).toBeUndefined()
  expect(await answerOf(createLayers([upper, storeOf('lower', 'lower again')]), 2)).toBe(
    'lower again',
  )
})

test('the first layer that can be written is the one for new recordings', async () => {
  const [upper, middle, lower] = [readOnly(storeOf()), storeOf(), storeOf()]
  const layers = createLayers([upper, middle, lower])

  await layers.write(chatAddress('q'), chatDocument('q', 'new'))

  expect(layers.writable?.store).toBe(middle)
  expect(await listPaths(middle)).toEqual([chatPath('q'), 'wiretape.json'])
  expect(await listPaths(lower)).toEqual([])
})

test('where none can be written there is no layer for new recordings', () => {
  expect(createLayers([readOnly(storeOf()), readOnly(storeOf())]).writable).toBeUndefined()
})

test('a later occurrence brings copies of the earlier ones up, and leaves the lower layer', async () => {
  const upper = storeOf()
  const layers = createLayers([upper, readOnly(storeOf('one', 'two'))])

  await layers.write(chatAddress('q', 3), chatDocument('q', 'three'))

  expect(await listPaths(upper)).toEqual([
    chatPath('q', 2),
    chatPath('q', 3),
    chatPath('q'),
    'wiretape.json',
  ])
  expect(await answerOf(layers)).toBe('one')
  expect(await answerOf(layers, 2)).toBe('two')
  expect(await answerOf(layers, 3)).toBe('three')
  expect(await answerOf(layers, 4)).toBeUndefined()
})

test('a copy never replaces what the upper layer has', async () => {
  const upper = createMemoryStore({
    [chatPath('q', 2)]: chatRecording('q', 'mine', { version: 1, occurrence: 2 }),
  })
  const layers = createLayers([upper, readOnly(storeOf('one', 'two'))])

  await layers.write(chatAddress('q', 3), chatDocument('q', 'three'))

  expect(await answerOf(layers)).toBe('one')
  expect(await answerOf(layers, 2)).toBe('mine')
})

test('a first occurrence is written alone', async () => {
  const upper = storeOf()
  const layers = createLayers([upper, readOnly(storeOf('one', 'two'))])

  await layers.write(chatAddress('q'), chatDocument('q', 'new'))

  expect(await listPaths(upper)).toEqual([chatPath('q'), 'wiretape.json'])
  expect(await answerOf(layers)).toBe('new')
  expect(await answerOf(layers, 2)).toBeUndefined()
})

test('the manifest is written once, with the first recording, and an edited one stays', async () => {
  const store = createMemoryStore()
  const layers = createLayers([store])
  await layers.write(chatAddress('q'), chatDocument('q', 'new'))
  const manifest = await textOf(store)
  const edited = '{"mine":true,"format":1}'
  await store.write('wiretape.json', Buffer.from(edited))

  await layers.write(chatAddress('q', 2), chatDocument('q', 'again'))
  await createLayers([store]).write(chatAddress('q', 3), chatDocument('q', 'and again'))

  expect(manifest).toBe(
    '{\n  "format": 1,\n  "keys": [\n    {\n      "rule": "wiretape/1"\n    }\n  ]\n}\n',
  )
  expect(await textOf(store)).toBe(edited)
})

async function textOf(store: Store): Promise<string> {
  return Buffer.from((await store.read('wiretape.json')) ?? []).toString()
}
