import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { chatPath, chatRecording } from '../../src/store/chat-recording.test-fixture.ts'
import { readText } from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { useCorpusFolder } from '../corpus-folder.test-fixture.ts'
import { errorOf, isolateTapes, jsonRequest, never } from '../tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()
const MEND = 'correct it by hand, or restore it from version control'

function write(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

/** A corpus of one recording, with this manifest. */
function corpusWith(manifest: string | Uint8Array | object): string {
  const folder = corpus.folder()
  const isText = typeof manifest === 'string' || manifest instanceof Uint8Array
  write(folder, 'wiretape.json', isText ? manifest : JSON.stringify({ format: 1, ...manifest }))
  write(folder, chatPath('asked'), chatRecording('asked', 'as recorded', { version: 1 }))
  return folder
}

async function answerIn(recordings: string, content = 'asked'): Promise<string> {
  const request = jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
  })
  return readText(await createTape({ recordings }).handle(request, never))
}

function replacing(pattern: string, text = ''): object {
  const replace = [{ path: 'body.messages[].content', pattern, with: text }]
  return { keys: [{ rule: 'wiretape/1', match: { replace } }] }
}

const CATASTROPHIC = 'a group is repeated that can match in many ways itself'

test.each([
  ['a megabyte of blanks', ' '.repeat(1024 * 1024 + 1), ': has more than 1048576 bytes'],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), ': is not UTF-8'],
  [
    'a thousand levels',
    '['.repeat(1000),
    ': is not JSON: line 1, column 513: nested deeper than 512 levels',
  ],
  [
    'a format of 1e999',
    { format: 1e308 },
    ', at /format: expected a whole number from 1, found 1e+308',
  ],
  [
    '__proto__ for its keys',
    '{"format":1,"keys":{"__proto__":[]}}',
    ', at /keys: expected an array, found an object',
  ],
  [
    'more options than a look-up can try',
    { keys: Array.from({ length: 101 }, () => ({ rule: 'wiretape/1' })) },
    ', at /keys: has more than 100 entries',
  ],
  [
    'a thousand layers',
    { layers: Array.from({ length: 1000 }, (_, index) => `./${index}`) },
    ', at /layers: has more than 64 entries',
  ],
  [
    'an absolute layer',
    { layers: ['/etc'] },
    ", at /layers/0: expected a path from the manifest's folder, found '/etc'",
  ],
  [
    'a layer on a drive',
    { layers: ['C:\\windows'] },
    ", at /layers/0: expected a path from the manifest's folder, found 'C:\\\\windows'",
  ],
  [
    'a layer with a NUL',
    { layers: ['./a\0b'] },
    ", at /layers/0: expected a package or a path, found './a\\u0000b'",
  ],
  [
    'a layer with an escape sequence',
    { layers: ['\u001b[2J'] },
    ", at /layers/0: expected a package or a path, found '\\u001b[2J'",
  ],
  [
    'a pattern of two thousand characters',
    replacing('a'.repeat(2000)),
    ', at /keys/0/match: match.replace[0].pattern takes at most 1000 characters',
  ],
  [
    'a replacement that repeats the text a hundred times',
    replacing('.*', '$&'.repeat(100)),
    ', at /keys/0/match: match.replace[0].with repeats more than 10 groups',
  ],
  [
    'a path of two thousand characters',
    { keys: [{ rule: 'wiretape/1', match: { ignore: [`body.${'a'.repeat(2000)}`] } }] },
    ', at /keys/0/match: match.ignore[0] takes at most 1000 characters',
  ],
  [
    'two thousand paths',
    {
      keys: [
        {
          rule: 'wiretape/1',
          match: { ignore: Array.from({ length: 2000 }, (_, index) => `body.a${index}`) },
        },
      ],
    },
    ', at /keys/0/match: match.ignore takes at most 1000 entries, got 2000',
  ],
])('a manifest that has %s is one clear error', async (_, manifest, says) => {
  const folder = corpusWith(manifest)

  const error = await errorOf(answerIn(folder))

  expect(error.message).toBe(
    `WT_MANIFEST_INVALID: ${join(folder, 'wiretape.json')}${says}\n→ ${MEND}`,
  )
})

test.each([
  '(a+)+$',
  '(a|a)*b',
  '(a|ab|b)*c',
  '([a-z]+)*=',
  String.raw`(\w+\s?)*$`,
  '(.*a){20}',
  '((a*)*)*',
])('the pattern %s is refused before it runs', async (pattern) => {
  const folder = corpusWith(replacing(pattern))

  const error = await errorOf(answerIn(folder, 'a'.repeat(100_000)))

  expect(error.code).toBe('WT_MANIFEST_INVALID')
  expect(error.message).toContain(CATASTROPHIC)
})

test.each([
  ['a*a*a*b', 'a'.repeat(100_000)],
  [String.raw`\s+$`, `${' '.repeat(99_999)}x`],
  [String.raw`(a*)\1*b`, 'a'.repeat(100_000)],
  ['(?=(.*))', 'a'.repeat(20_000)],
])('the pattern %s is stopped after a second', async (pattern, content) => {
  const folder = corpusWith(replacing(pattern, '$1$1$1'))
  const start = performance.now()

  const error = await errorOf(answerIn(folder, content))

  expect(error.code).toBe('WT_PATTERN_TOO_SLOW')
  expect(error.message).toBe(
    `WT_PATTERN_TOO_SLOW: ${join(folder, 'wiretape.json')}, at replace[0]: /${pattern}/ takes more than 1 s, or makes too much, of a text of ${content.length} characters\n→ write the pattern so that each text can match in one way only, e.g. [^<]* in place of .*.*`,
  )
  expect(performance.now() - start).toBeLessThan(5000)
})

test('a pattern that is quick on the texts that there are is no error, whatever it could do', async () => {
  const folder = corpusWith(replacing(String.raw`\w+, \w+ \d+, \d+`, '<date>'))

  expect((await errorOf(answerIn(folder, 'Tuesday, May 5, 2026 '.repeat(4000)))).code).toBe(
    'WT_RECORDING_NOT_FOUND',
  )
})

test('paths with many ** cost no more than one each', async () => {
  const path = `body.${'**.'.repeat(200)}nothing`
  const folder = corpusWith({ keys: [{ rule: 'wiretape/1', match: { ignore: [path] } }] })
  const start = process.cpuUsage()

  expect(await answerIn(folder)).toContain('as recorded')
  expect(process.cpuUsage(start).user).toBeLessThan(1e6)
})

test('a manifest with a byte order mark is read', async () => {
  expect(await answerIn(corpusWith('\ufeff{"format":1}'))).toContain('as recorded')
})

test('layers that name each other in a circle are looked up once', async () => {
  const folder = corpusWith({ layers: ['./inner'] })
  write(folder, 'inner/wiretape.json', JSON.stringify({ format: 1, layers: ['..', '.', './'] }))

  expect(await answerIn(folder)).toContain('as recorded')
  expect((await errorOf(answerIn(folder, 'another'))).code).toBe('WT_RECORDING_NOT_FOUND')
})

test('a chain of ever further layers ends with an error', async () => {
  const folder = corpusWith({ layers: ['./0'] })
  for (let index = 0; index < 100; index++)
    write(
      folder,
      `${index}/wiretape.json`,
      JSON.stringify({ format: 1, layers: [`../${index + 1}`] }),
    )

  const error = await errorOf(answerIn(folder))

  expect(error.message).toBe(
    `WT_MANIFEST_INVALID: ${join(folder, '63/wiretape.json')}, at /layers: more than 64 corpora are named by each other\n→ take out layers that name each other in a circle`,
  )
})

test('a link to the corpus itself, which looks like ever new folders, ends with an error', async () => {
  const folder = corpusWith({ layers: ['./again'] })
  symlinkSync('.', join(folder, 'again'))

  const error = await errorOf(answerIn(folder))

  // The system itself follows some forty links.
  expect(['WT_CORPUS_UNREADABLE', 'WT_MANIFEST_INVALID']).toContain(error.code)
  expect(error.message).toContain(join(folder, 'again'))
})

test('a package names no folder outside of it, and no package by a path', async () => {
  const project = corpus.folder()
  const own = join('node_modules', '@acme', 'recordings')
  write(project, join(own, 'package.json'), '{"name":"@acme/recordings"}')
  const errors = []
  for (const layer of ['../../../secret', '..', '@acme/recordings/../../secret']) {
    write(project, join(own, 'wiretape.json'), JSON.stringify({ format: 1, layers: [layer] }))
    errors.push(await errorOf(answerIn(join(project, own))))
  }

  const path = join(project, own, 'wiretape.json')
  expect(errors.map(({ message }) => message.split('\n')[0])).toEqual([
    `WT_MANIFEST_INVALID: ${path}, at /layers: '../../../secret' leads out of the package that names it`,
    `WT_MANIFEST_INVALID: ${path}, at /layers: '..' leads out of the package that names it`,
    `WT_OPTION_INVALID: layers in ${path}: "@acme/recordings/../../secret" leads out of the package`,
  ])
})
