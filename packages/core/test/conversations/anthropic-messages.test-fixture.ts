import {
  type Change,
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

/** What Anthropic's own API and Bedrock have in common. */
const MESSAGES = {
  temperature: 0.5,
  max_tokens: 1024,
  system: [{ type: 'text', text: 'You are terse.' }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } },
      ],
    },
    { role: 'assistant', content: 'Un café.' },
    { role: 'user', content: 'And the weather in Rome and Oslo?' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Two cities.', signature: 'EqQBCkYIBxgCKkA' },
        { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } },
        { type: 'tool_use', id: 'toolu_2', name: 'weather', input: { city: 'Oslo' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: '26 °C' },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: '11 °C' },
      ],
    },
  ],
  tools: [{ name: 'weather', input_schema: CITY_SCHEMA }],
}

const CHANGES: readonly Change[] = [
  ['the system prompt', set('system[0].text', 'You are verbose.'), 'body.system[0].text'],
  ['the temperature', set('temperature', 0.6), 'body.temperature'],
  ['a limit', set('max_tokens', 1025), 'body.max_tokens'],
  [
    'a tool’s schema',
    set('tools[0].input_schema.properties.city.type', 'integer'),
    'body.tools[0].input_schema.properties.city.type',
  ],
  ['the order of messages', swap('messages[0]', 'messages[2]'), 'body.messages[0].content'],
  [
    'one bit of a picture',
    set('messages[0].content[1].source.data', OTHER_PICTURE),
    'body.messages[0].content[1].source.data',
  ],
  ['an earlier answer', set('messages[1].content', 'Un cafe.'), 'body.messages[1].content'],
  [
    'an earlier thought',
    set('messages[3].content[0].thinking', 'A city.'),
    'body.messages[3].content[0].thinking',
  ],
  [
    'a tool call’s arguments',
    set('messages[3].content[3].input.city', 'Bergen'),
    'body.messages[3].content[3].input.city',
  ],
  [
    'which result is whose',
    swap('messages[4].content[0].tool_use_id', 'messages[4].content[1].tool_use_id'),
    'body.messages[4].content[0].tool_use_id',
  ],
  [
    'the results of two calls',
    swap('messages[4].content[0].content', 'messages[4].content[1].content'),
    'body.messages[4].content[0].content',
  ],
]

function answerOf(id: string): unknown {
  return {
    id,
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'as recorded' }],
    stop_reason: 'end_turn',
  }
}

const SHARED = {
  ids: ['toolu_1', 'toolu_2'],
  ignored: ['metadata.user_id'],
  opaque: ['messages[3].content[0].signature', 'messages[3].content[1].data'],
}

export const anthropicMessages: Conversation = {
  ...SHARED,
  url: 'https://api.anthropic.com/v1/messages',
  body: { model: 'claude-sonnet-4-5', ...MESSAGES },
  answer: answerOf('msg_01XFDUDYJgAACzvnptvVoYEL'),
  changes: [['the model', set('model', 'claude-haiku-4-5'), 'model'], ...CHANGES],
  sameUrls: [
    'https://api.anthropic.com:443/v1/messages',
    'http://127.0.0.1:4010/v1/messages',
    'http://localhost:8787/gateway/acme/anthropic/v1/messages',
  ],
}

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1%3A0'

export const bedrockInvoke: Conversation = {
  ...SHARED,
  url: `https://bedrock-runtime.us-east-1.amazonaws.com/model/${MODEL}/invoke`,
  body: { anthropic_version: 'bedrock-2023-05-31', ...MESSAGES },
  answer: answerOf('msg_bdrk_01XFDUDYJgAACzvnptvVoYEL'),
  changes: CHANGES,
  sameUrls: [
    `https://bedrock-runtime.us-east-1.amazonaws.com/model/${decodeURIComponent(MODEL)}/invoke`,
    `https://bedrock-runtime.us-east-1.amazonaws.com/model/${MODEL.toLowerCase()}/invoke`,
    `https://bedrock-runtime.eu-central-1.amazonaws.com/model/${MODEL}/invoke`,
    `https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/${MODEL}/invoke`,
    `http://localhost:8787/gateway/bedrock/model/${MODEL}/invoke`,
  ],
}
