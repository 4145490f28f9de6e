import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { assemble, createTape, readRecording, requestKey } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import { OpenAI } from 'openai'
import { expect, test } from 'vitest'

const HASH = '085098d43435ac3b10595184dcd7ef191f16f392ee697f679f3bf1d238ca2f25'
const folder = fileURLToPath(new URL('../../../recordings/seed', import.meta.url))
const file = `${folder}/${HASH}.json`
const baseURL = 'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1'

interface Seed {
  readonly test_id: string
  readonly response: { readonly body: readonly { readonly __data__: unknown }[] }
}

const seed = JSON.parse(await readFile(file, 'utf8')) as Seed
const chunks = seed.response.body.map((item) => item.__data__)

async function ask(options: Parameters<typeof createTape>[0]): Promise<unknown[]> {
  const tape = createTape({ recordings: folder, ...options })
  const client = withTape(new OpenAI({ apiKey: 'x', baseURL }), tape)
  const stream = await client.chat.completions.create({
    model: 'openai.gpt-oss-20b-1:0',
    messages: [{ role: 'user', content: "What's the name of the Sun in latin?" }],
    stream: true,
  })
  const received: unknown[] = []
  for await (const chunk of stream) received.push(chunk)
  await tape.close()
  return received
}

test("the seed answers the OpenAI SDK with its six chunks, under its test's id", async () => {
  const received = await ask({ testId: seed.test_id, isolation: 'test' })

  expect(received).toHaveLength(6)
  expect(received).toEqual(chunks)
})

test('the seed answers the OpenAI SDK with its six chunks, shared', async () => {
  expect(await ask({})).toEqual(chunks)
  expect(await ask({ isolation: 'shared' })).toEqual(chunks)
})

test("another test's id does not get the seed under isolation 'test'", async () => {
  await expect(ask({ testId: 'another test', isolation: 'test' })).rejects.toThrow(
    'WT_RECORDING_NOT_FOUND',
  )
})

test("the seed's chunks assemble to the whole answer", async () => {
  const whole = assemble(await ask({})) as Record<string, unknown>

  expect(whole).toMatchObject({
    id: 'rec-085098d43435',
    object: 'chat.completion',
    model: 'openai.gpt-oss-20b-1:0',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content:
            'We need to answer: "What\'s the name of the Sun in Latin?" The Latin word for Sun (the celestial body) is "sol", also "sol" as noun for sun. So answer: Sol. Also the Latin name "Sol" (genitive "Solis"). Might mention "sol" or "solis" if genitive. So answer. Use brief.In Latin the Sun is called **Sol** (genitive *Solis*).',
        },
      },
    ],
  })
})

test("rule ogx gives the seed's file name", async () => {
  expect(requestKey(await readRecording(file), { rule: 'ogx' })).toEqual({
    rule: 'ogx',
    hash: HASH,
  })
})
