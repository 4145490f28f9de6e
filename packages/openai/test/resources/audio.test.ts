import { json, pause, sse, stream, verbatim } from '@wiretape/testkit'
import { toFile } from 'openai'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

// The head of a WAV file, and bytes that are no UTF-8.
const sound = Buffer.from('52494646fffefdfc57415645666d7420', 'hex')
const speech = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Sol' }

function wav(): Promise<File> {
  return toFile(sound, 'sun.wav', { type: 'audio/wav' })
}

test('speech is written down, as JSON and as text', async () => {
  fixture.provider.script(json({ text: 'Sol.' }), verbatim('Sol.\n'))

  const { recorded, replayed } = await recordAndReplay(async ({ audio }) => {
    const file = await wav()
    const model = 'whisper-1'
    const { text } = await audio.transcriptions.create({ file, model })
    const plain = await audio.transcriptions.create({ file, model, response_format: 'text' })
    return { text, plain }
  })

  expect(recorded).toEqual({ text: 'Sol.', plain: 'Sol.\n' })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.body.includes(sound)).toBe(true)
})

test('speech is written down while it is heard', async () => {
  const events = [
    { type: 'transcript.text.delta', delta: 'So' },
    { type: 'transcript.text.delta', delta: 'l.' },
    { type: 'transcript.text.done', text: 'Sol.' },
  ]
  fixture.provider.script(sse(events.map((data) => ({ data }))))

  const { recorded, replayed } = await recordAndReplay(async ({ audio }) => {
    const request = { file: await wav(), model: 'gpt-4o-transcribe' }
    const received: unknown[] = []
    for await (const event of await audio.transcriptions.create({ ...request, stream: true }))
      received.push(event)
    return received
  })

  expect(recorded).toEqual(events)
  expect(replayed).toEqual(recorded)
})

test('speech is translated', async () => {
  fixture.provider.script(json({ text: 'Sun.' }))

  const { recorded, replayed } = await recordAndReplay(async ({ audio }) =>
    audio.translations.create({ file: await wav(), model: 'whisper-1' }),
  )

  expect(recorded.text).toBe('Sun.')
  expect(replayed).toEqual(recorded)
})

test('other sound is another request', async () => {
  fixture.provider.script(json({ text: 'Sol.' }))
  const listen = (bytes: Buffer) => async (client: ReturnType<typeof fixture.clientFor>) =>
    client.audio.transcriptions.create({ file: await toFile(bytes, 'a.wav'), model: 'whisper-1' })
  await recordAndReplay(listen(sound))

  const tape = fixture.tapeFor('replay')
  const miss = await listen(Buffer.from([1, 2, 3]))(fixture.clientFor(tape)).catch(
    (reason: unknown) => reason as Error,
  )
  tape.acknowledge(miss)
  await tape.close()

  expect((miss as Error).message).toContain(
    'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/audio/transcriptions (whisper-1)',
  )
})

test('spoken text is the same bytes, whole and as a stream of reads', async () => {
  const long = Buffer.alloc(200_000, sound)
  const type = { headers: { 'content-type': 'audio/mpeg' } }
  fixture.provider.script(
    verbatim(long, type),
    stream([sound.subarray(0, 5), pause(20), sound.subarray(5)], type),
  )

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const whole = await client.audio.speech.create(speech)
    const streamed = await client.audio.speech.create({ ...speech, input: 'Luna' })
    const reads: Buffer[] = []
    for await (const read of streamed.body ?? []) reads.push(Buffer.from(read))
    return {
      type: whole.headers.get('content-type'),
      isWhole: Buffer.from(await whole.arrayBuffer()).equals(long),
      reads,
    }
  })

  expect(recorded).toEqual({
    type: 'audio/mpeg',
    isWhole: true,
    reads: [sound.subarray(0, 5), sound.subarray(5)],
  })
  expect(replayed).toEqual(recorded)
})

test('spoken text comes as events', async () => {
  const events = [
    { type: 'speech.audio.delta', audio: sound.toString('base64') },
    { type: 'speech.audio.done', usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } },
  ]
  fixture.provider.script(sse(events.map((data) => ({ data }))))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const answer = await client.audio.speech.create({ ...speech, stream_format: 'sse' })
    return answer.text()
  })

  expect(recorded).toContain('"type":"speech.audio.done"')
  expect(replayed).toBe(recorded)
})
