import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

export const openaiResponses: Conversation = {
  url: 'https://api.openai.com/v1/responses',
  body: {
    model: 'gpt-5',
    temperature: 0.5,
    max_output_tokens: 1024,
    instructions: 'You are terse.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: `data:image/png;base64,${PICTURE}` },
        ],
      },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Un café.', annotations: [] }],
      },
      { role: 'user', content: 'And the weather in Rome and Oslo?' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAABo7W1zYQ' },
      {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'call_1',
        name: 'weather',
        arguments: '{"city":"Rome"}',
      },
      {
        type: 'function_call',
        id: 'fc_2',
        call_id: 'call_2',
        name: 'weather',
        arguments: '{"city":"Oslo"}',
      },
      { type: 'function_call_output', call_id: 'call_1', output: '26 °C' },
      { type: 'function_call_output', call_id: 'call_2', output: '11 °C' },
    ],
    tools: [{ type: 'function', name: 'weather', parameters: CITY_SCHEMA }],
  },
  answer: {
    id: 'resp_68a0c1d2e3f4a5b6',
    object: 'response',
    status: 'completed',
    output: [
      {
        type: 'message',
        id: 'msg_68a0c1d2e3f4a5b7',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'as recorded', annotations: [] }],
      },
    ],
  },
  changes: [
    ['the model', set('model', 'gpt-5-mini'), 'model'],
    ['the system prompt', set('instructions', 'You are verbose.'), 'body.instructions'],
    ['the temperature', set('temperature', 0.6), 'body.temperature'],
    ['a limit', set('max_output_tokens', 1025), 'body.max_output_tokens'],
    [
      'a tool’s schema',
      set('tools[0].parameters.properties.city.type', 'integer'),
      'body.tools[0].parameters.properties.city.type',
    ],
    ['the order of messages', swap('input[0]', 'input[2]'), 'body.input[0].content'],
    [
      'one bit of a picture',
      set('input[0].content[1].image_url', `data:image/png;base64,${OTHER_PICTURE}`),
      'body.input[0].content[1].image_url',
    ],
    [
      'an earlier answer',
      set('input[1].content[0].text', 'Un cafe.'),
      'body.input[1].content[0].text',
    ],
    [
      'a tool call’s arguments',
      set('input[5].arguments', '{"city":"Bergen"}'),
      'body.input[5].arguments',
    ],
    [
      'which result is whose',
      swap('input[6].call_id', 'input[7].call_id'),
      'body.input[6].call_id',
    ],
    [
      'the results of two calls',
      swap('input[6].output', 'input[7].output'),
      'body.input[6].output',
    ],
    [
      'the answer that it follows',
      set('previous_response_id', 'resp_1'),
      'body.previous_response_id',
    ],
  ],
  ids: ['msg_1', 'rs_1', 'fc_1', 'call_1', 'fc_2', 'call_2'],
  sameUrls: [
    'https://eu.api.openai.com/v1/responses',
    'http://127.0.0.1:4010/v1/responses',
    'http://localhost:8787/gateway/acme/openai/responses',
  ],
  ignored: ['user', 'safety_identifier', 'prompt_cache_key'],
  opaque: ['input[3].encrypted_content'],
}
