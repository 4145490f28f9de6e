import { array, member, stringMember, withMember } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'

/**
 * The response of a model list with the models of others added, each once, sorted by id, as OGX does on replay; the same
 * node where it is no list of models.
 */
export function mergeModels(first: JsonObject, others: readonly JsonObject[]): JsonObject {
  const own = modelsOf(first)
  if (own === undefined) return first
  const models = new Map<string, JsonNode>()
  for (const model of [own, ...others.map((other) => modelsOf(other) ?? [])].flat()) {
    const data = member(model, '__data__')
    const id = stringMember(data, 'id') ?? stringMember(data, 'model') ?? ''
    if (!models.has(id)) models.set(id, model)
  }
  const sorted = [...models].toSorted(([left], [right]) =>
    left < right ? -1 : left > right ? 1 : 0,
  )
  return withMember(first, 'body', array(sorted.map(([, model]) => model)))
}

function modelsOf(response: JsonObject): readonly JsonNode[] | undefined {
  const body = member(response, 'body')
  if (body?.kind !== 'array' || member(response, 'wire') !== undefined) return undefined
  const areModels = body.items.every((item) => {
    const type = stringMember(item, '__type__')
    return type === 'openai.types.model.Model' || type?.startsWith('ollama.') === true
  })
  return areModels ? body.items : undefined
}
