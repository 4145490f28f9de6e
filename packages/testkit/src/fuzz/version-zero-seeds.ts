const REQUEST = {
  method: 'POST',
  url: 'http://localhost:11434/v1/v1/chat/completions',
  headers: {},
  body: {
    model: 'llama3.2:3b',
    messages: [{ role: 'user', content: 'score: 0.123456, attributes: {a}' }],
    extra_body: { project_id: 'p', guided: 1 },
    temperature: 0.0001,
    stream: true,
  },
  endpoint: '/v1/chat/completions',
  model: 'llama3.2:3b',
}

const CHUNK = {
  __type__: 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk',
  __data__: {
    id: 'rec-085098d43435',
    choices: [{ delta: { content: 'Sol' }, index: 0 }],
    created: 0,
    model: 'llama3.2:3b',
    object: 'chat.completion.chunk',
  },
}

/** Recordings as OGX writes them, of every shape that it has. */
export const VERSION_ZERO_SEEDS: readonly object[] = [
  {
    test_id: 'tests/test_chat.py::test_sun',
    request: REQUEST,
    response: { body: [CHUNK, CHUNK], is_streaming: true },
    id_normalization_mapping: { 'rec-085098d43435': 'chatcmpl-B9xAbCdEf' },
  },
  {
    request: REQUEST,
    response: {
      body: [CHUNK],
      is_streaming: true,
      is_exception: true,
      exception_message: 'Error code: 429',
      exception_data: {
        category: 'provider_sdk',
        provider: 'openai',
        type: 'RateLimitError',
        message: 'slow down',
        status_code: 429,
        body: { message: 'slow down', code: null },
      },
    },
  },
  {
    request: { test_id: null, url: 'http://localhost/v1/messages', method: 'POST', payload: {} },
    response: {
      status: 200,
      body: ['event: message_start', 'data: {"type":"message_start","message":{}}', ''],
      is_streaming: true,
    },
  },
  {
    request: { ...REQUEST, url: 'http://localhost:11434/api/tags', endpoint: '/api/tags' },
    response: {
      body: [{ __type__: 'ollama._types.ProcessResponse', __data__: { model: 'llama3.2:3b' } }],
      is_streaming: false,
    },
  },
  {
    test_id: null,
    request: { provider: 'tavily', tool_name: 'web_search', kwargs: { query: 'sun' } },
    response: {
      body: { __type__: 'ogx_api.tools.ToolInvocationResult', __data__: { content: 'a' } },
      is_streaming: false,
    },
  },
]
