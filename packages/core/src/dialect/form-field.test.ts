import { expect, test } from 'vitest'
import { viewRequest } from '../request/request-view.ts'
import { formField } from './form-field.ts'
import { openaiAudio } from './openai-audio.ts'

const FORM = [
  '--b',
  'Content-Disposition: form-data; name="file"; filename="model.wav"',
  'Content-Type: audio/wav',
  '',
  'RIFF name="model"',
  '--b',
  'Content-Disposition: form-data; name="model"',
  '',
  'whisper-1',
  '--b',
  'content-disposition: form-data; name="stream"',
  '',
  'true',
  '--b--',
  '',
].join('\r\n')

function upload(contentType: string) {
  return viewRequest(
    {
      method: 'POST',
      url: 'https://api.openai.com/v1/audio/transcriptions',
      headers: [['Content-Type', contentType]],
    },
    Buffer.from(FORM),
  )
}

test('reads a text field of a form, never a file', () => {
  const form = upload('multipart/form-data; boundary="b"')

  expect(formField(form, 'model')).toBe('whisper-1')
  expect(formField(form, 'file')).toBeUndefined()
  expect(formField(form, 'language')).toBeUndefined()
})

test('a body that is no form has no fields', () => {
  expect(formField(upload('text/plain'), 'model')).toBeUndefined()
})

test('a transcription names its model and its stream in a form', () => {
  const recognition = openaiAudio.recognise(upload('multipart/form-data; boundary=b'))

  expect(recognition).toMatchObject({ model: 'whisper-1', streaming: true })
})
