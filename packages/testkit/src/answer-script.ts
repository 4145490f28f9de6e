import type { Answer } from './answers.ts'
import type { ReceivedRequest } from './received-request.ts'

/** Makes the answer to a request, the n-th that the provider received (the first is 1). @public */
export type AnswerFunction = (request: ReceivedRequest, n: number) => Answer | Promise<Answer>

/** What a scripted provider answers, whatever it speaks, and what went wrong with it. */
export interface AnswerScript {
  /** The n-th request's answer. */
  choose(request: ReceivedRequest, n: number): Promise<Answer>
  add(answers: readonly (Answer | AnswerFunction)[]): void
  setOtherwise(answer: Answer | AnswerFunction): void
  count(): number
  readonly problems: Error[]
  /** @throws AggregateError with the problems that were not taken */
  throwProblems(): void
}

export interface AnswerScriptOptions {
  /** Who had them, for messages. */
  readonly name: string
  /** The answer to a request that no answer was scripted for. */
  readonly refuse: (message: string) => Answer
  readonly otherwise?: Answer | AnswerFunction | undefined
}

export function createAnswerScript(options: AnswerScriptOptions): AnswerScript {
  const { name, refuse } = options
  const scripted: (Answer | AnswerFunction)[] = []
  const problems: Error[] = []
  let { otherwise } = options
  return {
    choose: async (request, n) => {
      const source = scripted.shift() ?? otherwise
      if (source !== undefined)
        return typeof source === 'function' ? await source(request, n) : source
      const message = `No answer is scripted for request ${n}: ${request.method} ${request.url}`
      problems.push(new Error(message))
      return refuse(message)
    },
    add: (answers) => void scripted.push(...answers),
    setOtherwise: (answer) => {
      otherwise = answer
    },
    count: () => scripted.length,
    problems,
    throwProblems: () => {
      if (problems.length === 0) return
      const lines = problems.map((problem) => `\n- ${problem.message}`)
      throw new AggregateError(problems, `${name} had problems:${lines.join('')}`)
    },
  }
}
