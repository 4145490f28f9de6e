import {
  CITY_SCHEMA,
  type Conversation,
  OTHER_PICTURE,
  PICTURE,
  set,
  swap,
} from './conversation.test-fixture.ts'

const HOST = 'https://generativelanguage.googleapis.com'

export const gemini: Conversation = {
  url: `${HOST}/v1beta/models/gemini-2.5-flash:generateContent`,
  body: {
    generationConfig: { temperature: 0.5, maxOutputTokens: 1024 },
    systemInstruction: { parts: [{ text: 'You are terse.' }] },
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'What is this?' },
          { inlineData: { mimeType: 'image/png', data: PICTURE } },
        ],
      },
      { role: 'model', parts: [{ text: 'Un café.' }] },
      { role: 'user', parts: [{ text: 'And the weather in Rome and Oslo?' }] },
      {
        role: 'model',
        parts: [
          {
            functionCall: { id: 'aB3xY9kQ', name: 'weather', args: { city: 'Rome' } },
            thoughtSignature: 'CiQBjz1rX7xq',
          },
          { functionCall: { id: 'cD4zW8mR', name: 'weather', args: { city: 'Oslo' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'aB3xY9kQ', name: 'weather', response: { value: '26 °C' } } },
          { functionResponse: { id: 'cD4zW8mR', name: 'weather', response: { value: '11 °C' } } },
        ],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'weather', parameters: CITY_SCHEMA }] }],
  },
  answer: {
    candidates: [
      { content: { role: 'model', parts: [{ text: 'as recorded' }] }, finishReason: 'STOP' },
    ],
    responseId: 'nN1KaOzQBuXh7M8P0rGq0A',
  },
  changes: [
    [
      'the system prompt',
      set('systemInstruction.parts[0].text', 'You are verbose.'),
      'body.systemInstruction.parts[0].text',
    ],
    [
      'the temperature',
      set('generationConfig.temperature', 0.6),
      'body.generationConfig.temperature',
    ],
    [
      'a tool’s schema',
      set('tools[0].functionDeclarations[0].parameters.properties.city.type', 'integer'),
      'body.tools[0].functionDeclarations[0].parameters.properties.city.type',
    ],
    ['the order of messages', swap('contents[0]', 'contents[2]'), 'body.contents[0].parts[0].text'],
    [
      'one bit of a picture',
      set('contents[0].parts[1].inlineData.data', OTHER_PICTURE),
      'body.contents[0].parts[1].inlineData.data',
    ],
    [
      'an earlier answer',
      set('contents[1].parts[0].text', 'Un cafe.'),
      'body.contents[1].parts[0].text',
    ],
    [
      'a tool call’s arguments',
      set('contents[3].parts[1].functionCall.args.city', 'Bergen'),
      'body.contents[3].parts[1].functionCall.args.city',
    ],
    [
      'which result is whose',
      swap('contents[4].parts[0].functionResponse.id', 'contents[4].parts[1].functionResponse.id'),
      'body.contents[4].parts[0].functionResponse.id',
    ],
    [
      'the results of two calls',
      swap(
        'contents[4].parts[0].functionResponse.response',
        'contents[4].parts[1].functionResponse.response',
      ),
      'body.contents[4].parts[0].functionResponse.response.value',
    ],
  ],
  ids: ['aB3xY9kQ', 'cD4zW8mR'],
  sameUrls: [
    `${HOST}/v1/models/gemini-2.5-flash:generateContent`,
    `${HOST}/v1beta/models/gemini-2.5-flash%3AgenerateContent`,
    `${HOST}/v1beta/models/gemini-2.5-flash:generateContent?key=AIzaTESTONLY`,
    'http://127.0.0.1:4010/v1beta/models/gemini-2.5-flash:generateContent',
    'http://localhost:8787/gateway/google/v1beta/models/gemini-2.5-flash:generateContent',
  ],
  ignored: ['labels.team'],
  opaque: ['contents[3].parts[0].thoughtSignature'],
}
