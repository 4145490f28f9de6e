// Replays a recording through the real OpenAI SDK, and counts the sockets that the process opens.
import { Socket } from 'node:net'
import { assemble, createTape } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import { OpenAI } from 'openai'

let sockets = 0
const connect = Reflect.get(Socket.prototype, 'connect')
Socket.prototype.connect = function countedConnect(...parameters) {
  sockets += 1
  return Reflect.apply(connect, this, parameters)
}

const tape = createTape({ mode: 'replay', recordings: '@wiretape/recordings/seed' })
const client = withTape(
  new OpenAI({
    apiKey: 'no key is needed to replay',
    baseURL: 'https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1',
  }),
  tape,
)

const question = "What's the name of the Sun in latin?"
console.log(`Asking openai.gpt-oss-20b-1:0 on Bedrock: ${question}\n`)

const chunks = []
const stream = await client.chat.completions.create({
  model: 'openai.gpt-oss-20b-1:0',
  messages: [{ role: 'user', content: question }],
  stream: true,
})
for await (const chunk of stream) {
  chunks.push(chunk)
  console.log(`chunk ${chunks.length}: ${JSON.stringify(chunk.choices[0]?.delta.content)}`)
}
await tape.close()

const { choices } = assemble(chunks)
console.log(`\nThe whole answer (${choices[0].finish_reason}):\n${choices[0].message.content}\n`)
console.log(
  sockets === 0
    ? `${chunks.length} chunks replayed; no socket was opened.`
    : `${sockets} sockets were opened, which a replay must never do.`,
)
process.exitCode = sockets === 0 && chunks.length === 6 ? 0 : 1
