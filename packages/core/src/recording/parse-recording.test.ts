import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { formatRecording, parseRecording, readRecording } from './parse-recording.ts'

const minimal = `{"request":{"method":"POST","url":"https://api.openai.com/v1/chat/completions","body":{"model":"m"}},"response":{"body":[{"__type__":"t","__data__":{"n":1.0,"big":12345678901234567890,"tiny":1e-7,"zero":-0.0,"10":"x","2":"y"}}],"is_streaming":true},"mine":{"kept":1.50}}`

async function failureOf(
  text: string | Uint8Array,
): Promise<{ error: WiretapeError; path: string }> {
  const path = join(await mkdtemp(join(tmpdir(), 'wiretape-')), 'broken.json')
  await writeFile(path, text)
  try {
    await readRecording(path)
  } catch (error) {
    if (WiretapeError.is(error)) return { error, path }
    throw error
  }
  throw new Error('the recording was read')
}

test('formatting writes version 1, keeps spellings, unknown fields and one line a chunk', () => {
  const formatted = formatRecording(parseRecording(minimal))

  expect(formatted).toBe(`{
  "version": 1,
  "request": {
    "method": "POST",
    "url": "https://api.openai.com/v1/chat/completions",
    "body": {"model":"m"}
  },
  "response": {
    "body": [
      {"__type__":"t","__data__":{"n":1.0,"big":12345678901234567890,"tiny":1e-7,"zero":-0.0,"10":"x","2":"y"}}
    ],
    "is_streaming": true
  },
  "mine": {"kept":1.50}
}
`)
  expect(formatRecording(parseRecording(formatted))).toBe(formatted)
})

test('an edit changes what was edited and nothing else', () => {
  const recording = parseRecording(minimal)
  const items = recording.response.body as { __data__: Record<string, unknown> }[]
  const [first] = items
  if (first === undefined) throw new Error('no item')
  first['__data__']['n'] = 2

  const formatted = formatRecording(recording)

  expect(formatted).toContain('"n":2,"big":12345678901234567890,"tiny":1e-7,"zero":-0.0')
})

test('a version 0 mapping puts normalised ids in place of the originals, as OGX does', () => {
  const recording = parseRecording(
    '{"request":{},"response":{"body":{"id":"chatcmpl-original","text":"see chatcmpl-original"}},"id_normalization_mapping":{"rec-085098d43435":"chatcmpl-original"}}',
  )

  expect(recording.response.body).toEqual({ id: 'rec-085098d43435', text: 'see rec-085098d43435' })
  expect(recording.id_normalization_mapping).toEqual({ 'rec-085098d43435': 'chatcmpl-original' })
})

test('what is not JSON gives one error with the path, the place and the cause', async () => {
  const { error, path } = await failureOf('{"request": {},\n  "response": }')

  expect(error.message).toBe(
    `WT_RECORDING_INVALID: ${path}: is not JSON: line 2, column 15: expected a value, found '}'\n→ correct it by hand, or delete the file and record again: WIRETAPE_MODE=record-if-missing`,
  )
  expect(error.details).toMatchObject({ path, pointer: '' })
})

test('a value of the wrong type gives one error with the path, the pointer and the cause', async () => {
  const { error, path } = await failureOf('{"request":{"url":7},"response":{}}')

  expect(error.message).toBe(
    `WT_RECORDING_INVALID: ${path}, at /request/url: expected a string, found 7\n→ correct it by hand, or delete the file and record again: WIRETAPE_MODE=record-if-missing`,
  )
  expect(error.details).toEqual({
    path,
    pointer: '/request/url',
    cause: 'expected a string, found 7',
  })
})

test('a newer version says so', async () => {
  const { error, path } = await failureOf('{"version":2,"request":{},"response":{}}')

  expect(error.code).toBe('WT_VERSION_UNSUPPORTED')
  expect(error.message).toBe(
    `WT_VERSION_UNSUPPORTED: ${path}, at /version: has version 2; this wiretape reads versions 0 to 1\n→ npm install @wiretape/core@latest`,
  )
})

test('bytes that are not UTF-8 give one error', async () => {
  const { error, path } = await failureOf(new Uint8Array([0x7b, 0xff]))

  expect(error.message).toContain(`WT_RECORDING_INVALID: ${path}: is not UTF-8`)
})

test('a file that is not there gives one error with its cause', async () => {
  const path = join(tmpdir(), 'wiretape-no-such-file.json')

  await expect(readRecording(path)).rejects.toMatchObject({
    code: 'WT_CORPUS_UNREADABLE',
    details: { path },
    cause: { code: 'ENOENT' },
  })
})

test('__proto__ in a recording is only a key', () => {
  const recording = parseRecording('{"request":{},"response":{},"__proto__":{"polluted":true}}')

  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  expect(Object.keys(recording)).toEqual(['request', 'response', '__proto__'])
})
