import { decodeSegment } from './routes.ts'
import { plainPath } from './path-routes.ts'

const MODEL_PATH = /\/model\/(.+)\/([a-z-]+)\/?$/

/** What Bedrock is asked to do with a model: `/model/<id>/<operation>`; undefined for another path. */
export function modelOperation(url: URL): { model: string; operation: string } | undefined {
  const [, model, operation] = MODEL_PATH.exec(plainPath(url)) ?? []
  if (model === undefined || operation === undefined) return undefined
  return { model: bedrockModel(decodeSegment(model)), operation }
}

/**
 * A model by its id or ARN, without region and account: who asks and where changes no answer. The ARN of a base model or of
 * a system's inference profile says no more than its id, which other programs send instead.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
 */
export function bedrockModel(id: string): string {
  const resource = /^arn:[^:]*:bedrock:[^:]*:[^:]*:(.+)$/.exec(id)?.[1]
  return resource?.replace(/^(?:foundation-model|inference-profile)\//, '') ?? id
}
