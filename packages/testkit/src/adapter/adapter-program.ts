import { createTape } from '@wiretape/core'
import type { CreateAdapterClient } from './adapter-client.ts'
import { askStream } from './adapter-test.ts'
import { play } from './play.ts'

/** Records, replays and leaves answers unread; then there is nothing left to do, and Node should end. */
export async function runAdapterProgram(
  createClient: CreateAdapterClient,
  [url = '', recordings = '', certificate]: readonly string[],
): Promise<void> {
  const options = { retries: 2, certificate }
  const texts: string[] = []
  for (const mode of ['record', 'replay'] as const) {
    const tape = createTape({ mode, recordings })
    const client = await createClient(tape, url, options)
    texts.push((await play(client, askStream())).body.toString())
    if (mode === 'replay') {
      const again = await createClient(tape.scope('left unread'), url, options)
      const { body } = await again.send(askStream())
      await body[Symbol.asyncIterator]().next()
    }
    await tape.close()
    await client.close?.()
  }
  const doneAt = performance.now()
  process.once('exit', () => {
    const idle = performance.now() - doneAt
    process.stdout.write(JSON.stringify({ texts, idle }))
  })
}
