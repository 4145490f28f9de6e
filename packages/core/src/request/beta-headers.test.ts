import { expect, test } from 'vitest'
import { requestKey } from './recording-key.ts'
import type { HeaderList } from './headers.ts'

function keyOf(headers: HeaderList): string {
  const url = 'https://api.anthropic.com/v1/messages'
  return requestKey({ method: 'POST', url, headers, body: '{"model":"m","messages":[]}' }).hash
}

test.each(['openai-beta', 'anthropic-beta'])(
  'it is free how the list in %s is written down, but not what is in it',
  (name) => {
    const key = keyOf([[name, 'a, b']])
    const twice: HeaderList = [
      [name, 'a'],
      [name, 'b'],
    ]

    expect(keyOf([[name, ' a,b ']])).toBe(key)
    expect(keyOf(twice)).toBe(key)
    expect(keyOf([[name, 'ab']])).not.toBe(key)
  },
)
