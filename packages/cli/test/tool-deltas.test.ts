import { expect, test } from 'vitest'
import { toolDeltasOf } from '../src/play/tool-deltas.ts'

test.each([
  [
    'OpenAI chat completions',
    [
      { choices: [{ delta: { tool_calls: [{ function: { name: 'f', arguments: '' } }] } }] },
      { choices: [{ delta: { tool_calls: [{ function: { arguments: '{}' } }] } }] },
      { choices: [{ delta: { tool_calls: null, function_call: null } }] },
    ],
  ],
  [
    'functions of old',
    [
      { choices: [{ delta: { function_call: { name: 'f', arguments: '' } } }] },
      { choices: [{ delta: { function_call: { arguments: '{}' } } }] },
    ],
  ],
  [
    'OpenAI responses',
    [
      {
        type: 'response.output_item.added',
        item: { type: 'function_call', name: 'f', arguments: '' },
      },
      { type: 'response.function_call_arguments.delta', delta: '{}' },
      { type: 'response.function_call_arguments.done', arguments: '{}' },
      {
        type: 'response.output_item.done',
        item: { type: 'function_call', name: 'f', arguments: '{}' },
      },
      { type: 'response.completed', response: { output: [{ type: 'function_call', name: 'f' }] } },
    ],
  ],
  [
    'custom tools',
    [
      {
        type: 'response.output_item.added',
        item: { type: 'custom_tool_call', name: 'f', input: '' },
      },
      { type: 'response.custom_tool_call_input.delta', delta: '{}' },
    ],
  ],
  [
    'Anthropic messages',
    [
      { type: 'content_block_start', content_block: { type: 'tool_use', name: 'f', input: {} } },
      { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{}' } },
    ],
  ],
  [
    'Bedrock Converse',
    [
      { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'f' } } },
      { contentBlockIndex: 0, delta: { toolUse: { input: '{}' } } },
    ],
  ],
  [
    'Cohere',
    [
      {
        type: 'tool-call-start',
        delta: { message: { tool_calls: { function: { name: 'f', arguments: '' } } } },
      },
      {
        type: 'tool-call-delta',
        delta: { message: { tool_calls: { function: { arguments: '{}' } } } },
      },
    ],
  ],
])('%s: a name where a call starts, then its arguments', (_, chunks) => {
  expect(chunks.flatMap(toolDeltasOf)).toEqual([{ name: 'f' }, { input: '{}' }])
})

test.each([
  [
    'Gemini',
    { candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] } }] },
  ],
  ['Ollama', { message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] } }],
])('%s gives a call whole', (_, chunk) => {
  expect(toolDeltasOf(chunk)).toEqual([{ name: 'f', input: '{"a":1}' }])
})

test('other names, inputs and results are none', () => {
  expect(
    [
      { name: 'f', input: 'x', arguments: '{}' },
      { type: 'content_block_start', content_block: { type: 'text', text: '' } },
      {
        type: 'content_block_start',
        content_block: { type: 'web_search_tool_result', content: [] },
      },
      { usage: { input: 1 } },
      'text',
      null,
    ].flatMap(toolDeltasOf),
  ).toEqual([])
})
