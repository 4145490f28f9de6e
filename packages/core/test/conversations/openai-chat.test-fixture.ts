import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

export const openaiChat: Conversation = {
  url: 'https://api.openai.com/v1/chat/completions',
  body: {
    model: 'gpt-4o',
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
      {
        role: 'assistant',
        content: 'Un café.',
        reasoning_details: [{ type: 'reasoning.encrypted', id: 'rs_3', data: 'gAAAAABo7W1zYQ' }],
      },
      { role: 'user', content: 'And the weather in Rome and Oslo?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Rome"}' },
          },
          {
            id: 'call_2',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Oslo"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '26 °C' },
      { role: 'tool', tool_call_id: 'call_2', content: '11 °C' },
    ],
    tools: [{ type: 'function', function: { name: 'weather', parameters: CITY_SCHEMA } }],
  },
  answer: {
    id: 'chatcmpl-BkYqxZ3aQ9',
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'as recorded' }, finish_reason: 'stop' },
    ],
  },
  changes: [
    ['the model', set('model', 'gpt-4o-mini'), 'model'],
    [
      'the system prompt',
      set('messages[0].content', 'You are verbose.'),
      'body.messages[0].content',
    ],
    ['the temperature', set('temperature', 0.6), 'body.temperature'],
    ['a limit', set('max_tokens', 1025), 'body.max_tokens'],
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
    ['a field more', set('seed', 7), 'body.seed'],
  ],
  ids: ['call_1', 'call_2', 'rs_3'],
  sameUrls: [
    'https://us.api.openai.com/v1/chat/completions',
    'https://eu.api.openai.com:443/v1/chat/completions',
    'http://127.0.0.1:4010/v1/chat/completions',
    'http://localhost:8787/gateway/acme/openai/chat/completions',
  ],
  ignored: ['user', 'safety_identifier', 'prompt_cache_key'],
  opaque: ['messages[2].reasoning_details[0].data'],
}
