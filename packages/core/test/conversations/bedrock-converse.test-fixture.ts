import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1%3A0'

export const bedrockConverse: Conversation = {
  url: `https://bedrock-runtime.us-east-1.amazonaws.com/model/${MODEL}/converse`,
  body: {
    inferenceConfig: { temperature: 0.5, maxTokens: 1024 },
    system: [{ text: 'You are terse.' }],
    messages: [
      {
        role: 'user',
        content: [
          { text: 'What is this?' },
          { image: { format: 'png', source: { bytes: PICTURE } } },
        ],
      },
      { role: 'assistant', content: [{ text: 'Un café.' }] },
      { role: 'user', content: [{ text: 'And the weather in Rome and Oslo?' }] },
      {
        role: 'assistant',
        content: [
          {
            reasoningContent: {
              reasoningText: { text: 'Two cities.', signature: 'EqQBCkYIBxgCKkA' },
            },
          },
          { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Rome' } } },
          { toolUse: { toolUseId: 'tooluse_2', name: 'weather', input: { city: 'Oslo' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'tooluse_1', content: [{ text: '26 °C' }] } },
          { toolResult: { toolUseId: 'tooluse_2', content: [{ text: '11 °C' }] } },
        ],
      },
    ],
    toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: CITY_SCHEMA } } }] },
  },
  answer: {
    output: { message: { role: 'assistant', content: [{ text: 'as recorded' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    metrics: { latencyMs: 456 },
  },
  changes: [
    ['the system prompt', set('system[0].text', 'You are verbose.'), 'body.system[0].text'],
    [
      'the temperature',
      set('inferenceConfig.temperature', 0.6),
      'body.inferenceConfig.temperature',
    ],
    [
      'a tool’s schema',
      set('toolConfig.tools[0].toolSpec.inputSchema.json.properties.city.type', 'integer'),
      'body.toolConfig.tools[0].toolSpec.inputSchema.json.properties.city.type',
    ],
    [
      'the order of messages',
      swap('messages[0]', 'messages[2]'),
      'body.messages[0].content[0].text',
    ],
    [
      'one bit of a picture',
      set('messages[0].content[1].image.source.bytes', OTHER_PICTURE),
      'body.messages[0].content[1].image.source.bytes',
    ],
    [
      'an earlier answer',
      set('messages[1].content[0].text', 'Un cafe.'),
      'body.messages[1].content[0].text',
    ],
    [
      'an earlier thought',
      set('messages[3].content[0].reasoningContent.reasoningText.text', 'A city.'),
      'body.messages[3].content[0].reasoningContent.reasoningText.text',
    ],
    [
      'a tool call’s arguments',
      set('messages[3].content[2].toolUse.input.city', 'Bergen'),
      'body.messages[3].content[2].toolUse.input.city',
    ],
    [
      'which result is whose',
      swap(
        'messages[4].content[0].toolResult.toolUseId',
        'messages[4].content[1].toolResult.toolUseId',
      ),
      'body.messages[4].content[0].toolResult.toolUseId',
    ],
    [
      'the results of two calls',
      swap(
        'messages[4].content[0].toolResult.content',
        'messages[4].content[1].toolResult.content',
      ),
      'body.messages[4].content[0].toolResult.content[0].text',
    ],
  ],
  ids: ['tooluse_1', 'tooluse_2'],
  sameUrls: [
    `https://bedrock-runtime.us-east-1.amazonaws.com/model/${decodeURIComponent(MODEL)}/converse`,
    `https://bedrock-runtime.us-east-1.amazonaws.com/model/${MODEL.toLowerCase()}/converse`,
    `https://bedrock-runtime.eu-central-1.amazonaws.com/model/${MODEL}/converse`,
    `https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/${MODEL}/converse`,
    `http://localhost:8787/gateway/bedrock/model/${MODEL}/converse`,
  ],
  ignored: ['requestMetadata.team'],
  opaque: ['messages[3].content[0].reasoningContent.reasoningText.signature'],
}
