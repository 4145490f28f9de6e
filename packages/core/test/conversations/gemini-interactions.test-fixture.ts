import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

const HOST = 'https://generativelanguage.googleapis.com'

export const geminiInteractions: Conversation = {
  url: `${HOST}/v1beta/interactions`,
  body: {
    model: 'gemini-2.5-flash',
    system_instruction: 'You are terse.',
    generation_config: { temperature: 0.5, max_output_tokens: 1024 },
    input: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', mime_type: 'image/png', data: PICTURE },
        ],
      },
      { role: 'model', content: [{ type: 'text', text: 'Un café.' }] },
      { role: 'user', content: [{ type: 'text', text: 'And the weather in Rome and Oslo?' }] },
      {
        role: 'model',
        content: [
          { type: 'thought', signature: 'CiQBjz1rX7xq' },
          { type: 'function_call', id: 'aB3xY9kQ', name: 'weather', arguments: { city: 'Rome' } },
          { type: 'function_call', id: 'cD4zW8mR', name: 'weather', arguments: { city: 'Oslo' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'function_result', call_id: 'aB3xY9kQ', name: 'weather', result: '26 °C' },
          { type: 'function_result', call_id: 'cD4zW8mR', name: 'weather', result: '11 °C' },
        ],
      },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: CITY_SCHEMA }],
  },
  answer: {
    id: 'v1_ChdPcU5LaU9mLUpjR1A',
    status: 'completed',
    outputs: [{ type: 'text', text: 'as recorded' }],
  },
  changes: [
    ['the model', set('model', 'gemini-2.5-pro'), 'model'],
    ['the system prompt', set('system_instruction', 'You are verbose.'), 'body.system_instruction'],
    [
      'the temperature',
      set('generation_config.temperature', 0.6),
      'body.generation_config.temperature',
    ],
    [
      'a tool’s schema',
      set('tools[0].parameters.properties.city.type', 'integer'),
      'body.tools[0].parameters.properties.city.type',
    ],
    ['the order of messages', swap('input[0]', 'input[2]'), 'body.input[0].content[0].text'],
    [
      'one bit of a picture',
      set('input[0].content[1].data', OTHER_PICTURE),
      'body.input[0].content[1].data',
    ],
    [
      'an earlier answer',
      set('input[1].content[0].text', 'Un cafe.'),
      'body.input[1].content[0].text',
    ],
    [
      'a tool call’s arguments',
      set('input[3].content[2].arguments.city', 'Bergen'),
      'body.input[3].content[2].arguments.city',
    ],
    [
      'which result is whose',
      swap('input[4].content[0].call_id', 'input[4].content[1].call_id'),
      'body.input[4].content[0].call_id',
    ],
    [
      'the results of two calls',
      swap('input[4].content[0].result', 'input[4].content[1].result'),
      'body.input[4].content[0].result',
    ],
    [
      'the interaction that it follows',
      set('previous_interaction_id', 'v1_ChdPcU5LaU9mLUpjR1B'),
      'body.previous_interaction_id',
    ],
  ],
  ids: ['aB3xY9kQ', 'cD4zW8mR'],
  sameUrls: [
    `${HOST}/v1/interactions`,
    `${HOST}/v1beta/interactions?key=AIzaTESTONLY`,
    'http://127.0.0.1:4010/v1beta/interactions',
  ],
  ignored: [],
  opaque: ['input[3].content[0].signature'],
}
