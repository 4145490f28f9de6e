import { GoogleGenAI } from '@google/genai'
import type { Fetch } from '@wiretape/core/fetch'
import { json, stream } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

function answer(text: string, finishReason?: string): object {
  return {
    candidates: [
      {
        content: { parts: [{ text }], role: 'model' },
        index: 0,
        ...(finishReason && { finishReason }),
      },
    ],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 },
    modelVersion: 'gemini-test',
    responseId: 'uE2taLzHKtvshMIPw-HYsQk',
  }
}

test('Gemini’s stream, whose lines end in CRLF, is replayed', async () => {
  const chunks = [answer('So'), answer('l.', 'STOP')]
  fixture.provider.script(stream(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`)))

  const { recorded, replayed, recordings, text } = await fixture.recordAndReplay(readStream)

  expect(recorded.map((chunk) => chunk.text)).toEqual(['So', 'l.'])
  expect(replayed).toEqual(recorded)
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'sse', ending: 'complete' })
  expect(text).not.toContain('AIza-secret')
})

test('its whole answer is replayed', async () => {
  fixture.provider.script(json(answer('Sol.', 'STOP')))

  const { recorded, replayed } = await fixture.recordAndReplay(ask)

  expect(recorded).toMatchObject({ text: 'Sol.' })
  expect(replayed).toEqual(recorded)
})

test('a miss is one error, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error, ...miss } = await fixture.miss(use)

    expect(error.name).toBe('ApiError')
    expect(error.message).toMatch(
      /WT_RECORDING_NOT_FOUND: no recording answers POST \/v1beta\/models/,
    )
    expect(miss).toEqual(ONE_MISS)
  }
})

const request = { model: 'gemini-test', contents: 'Hello' }

function gemini(fetch: Fetch, baseUrl: string): GoogleGenAI {
  return new GoogleGenAI({ apiKey: 'AIza-secret', httpOptions: { baseUrl, fetch } })
}

async function ask(fetch: Fetch, url: string): Promise<unknown> {
  const { text, candidates, usageMetadata, responseId } = await gemini(
    fetch,
    url,
  ).models.generateContent(request)
  return { text, candidates, usageMetadata, responseId }
}

async function readStream(
  fetch: Fetch,
  url: string,
): Promise<{ text: string | undefined; responseId: string | undefined }[]> {
  const chunks = []
  for await (const { text, responseId, usageMetadata } of await gemini(
    fetch,
    url,
  ).models.generateContentStream(request))
    chunks.push({ text, responseId, usageMetadata })
  return chunks
}
