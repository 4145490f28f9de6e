import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

export const ollama: Conversation = {
  url: 'http://localhost:11434/api/chat',
  body: {
    model: 'llama3.2',
    stream: false,
    options: { temperature: 0.5, num_predict: 1024 },
    messages: [
      { role: 'system', content: 'You are terse.' },
      { role: 'user', content: 'What is this?', images: [PICTURE] },
      { role: 'assistant', content: 'Un café.' },
      { role: 'user', content: 'And the weather in Rome and Oslo?' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_1', function: { name: 'weather', arguments: { city: 'Rome' } } },
          { id: 'call_2', function: { name: 'weather', arguments: { city: 'Oslo' } } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '26 °C' },
      { role: 'tool', tool_call_id: 'call_2', content: '11 °C' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', parameters: CITY_SCHEMA } }],
  },
  answer: {
    model: 'llama3.2',
    created_at: '2026-01-02T03:04:05.678901Z',
    message: { role: 'assistant', content: 'as recorded' },
    done: true,
  },
  changes: [
    ['the model', set('model', 'llama3.1'), 'model'],
    [
      'the system prompt',
      set('messages[0].content', 'You are verbose.'),
      'body.messages[0].content',
    ],
    ['the temperature', set('options.temperature', 0.6), 'body.options.temperature'],
    [
      'a tool’s schema',
      set('tools[0].function.parameters.properties.city.type', 'integer'),
      'body.tools[0].function.parameters.properties.city.type',
    ],
    ['the order of messages', swap('messages[1]', 'messages[3]'), 'body.messages[1].content'],
    [
      'one bit of a picture',
      set('messages[1].images[0]', OTHER_PICTURE),
      'body.messages[1].images[0]',
    ],
    ['an earlier answer', set('messages[2].content', 'Un cafe.'), 'body.messages[2].content'],
    [
      'a tool call’s arguments',
      set('messages[4].tool_calls[1].function.arguments.city', 'Bergen'),
      'body.messages[4].tool_calls[1].function.arguments.city',
    ],
    [
      'which result is whose',
      swap('messages[5].tool_call_id', 'messages[6].tool_call_id'),
      'body.messages[5].tool_call_id',
    ],
    [
      'the results of two calls',
      swap('messages[5].content', 'messages[6].content'),
      'body.messages[5].content',
    ],
  ],
  ids: ['call_1', 'call_2'],
  sameUrls: [
    'http://127.0.0.1:11434/api/chat',
    'http://127.0.0.1:50123/api/chat',
    'http://localhost:8787/gateway/ollama/api/chat',
    'https://ollama.com/api/chat',
  ],
  ignored: [],
  opaque: [],
}
