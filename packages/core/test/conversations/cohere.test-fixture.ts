import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

export const cohere: Conversation = {
  url: 'https://api.cohere.com/v2/chat',
  body: {
    model: 'command-a-03-2025',
    temperature: 0.5,
    max_tokens: 1024,
    messages: [
      { role: 'system', content: 'You are terse.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } },
        ],
      },
      { role: 'assistant', content: 'Un café.' },
      { role: 'user', content: 'And the weather in Rome and Oslo?' },
      {
        role: 'assistant',
        tool_plan: 'I will ask for both.',
        tool_calls: [
          {
            id: 'weather_kx3f',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Rome"}' },
          },
          {
            id: 'weather_q8zt',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Oslo"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'weather_kx3f', content: '26 °C' },
      { role: 'tool', tool_call_id: 'weather_q8zt', content: '11 °C' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', parameters: CITY_SCHEMA } }],
  },
  answer: {
    id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
    finish_reason: 'COMPLETE',
    message: { role: 'assistant', content: [{ type: 'text', text: 'as recorded' }] },
  },
  changes: [
    ['the model', set('model', 'command-r7b-12-2024'), 'model'],
    [
      'the system prompt',
      set('messages[0].content', 'You are verbose.'),
      'body.messages[0].content',
    ],
    ['the temperature', set('temperature', 0.6), 'body.temperature'],
    [
      'a tool’s schema',
      set('tools[0].function.parameters.properties.city.type', 'integer'),
      'body.tools[0].function.parameters.properties.city.type',
    ],
    ['the order of messages', swap('messages[1]', 'messages[3]'), 'body.messages[1].content'],
    [
      'one bit of a picture',
      set('messages[1].content[1].image_url.url', `data:image/png;base64,${OTHER_PICTURE}`),
      'body.messages[1].content[1].image_url.url',
    ],
    ['an earlier answer', set('messages[2].content', 'Un cafe.'), 'body.messages[2].content'],
    ['an earlier plan', set('messages[4].tool_plan', 'I ask.'), 'body.messages[4].tool_plan'],
    [
      'a tool call’s arguments',
      set('messages[4].tool_calls[1].function.arguments', '{"city":"Bergen"}'),
      'body.messages[4].tool_calls[1].function.arguments',
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
  ids: ['weather_kx3f', 'weather_q8zt'],
  sameUrls: [
    'https://api.cohere.ai/v2/chat',
    'http://127.0.0.1:4010/v2/chat',
    'http://localhost:8787/gateway/cohere/v2/chat',
  ],
  ignored: [],
  opaque: [],
}
