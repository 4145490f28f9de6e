import { stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { formField } from './form-field.ts'
import { decodeSegment } from './routes.ts'

/** The model that a request to an OpenAI-like API names: in its body, in a form, or as Azure's deployment. */
export function modelOf(request: RequestView): string | null {
  return (
    stringMember(request.json, 'model') ??
    formField(request, 'model') ??
    deploymentOf(request.url) ??
    null
  )
}

/** Azure names the model in the path: `/openai/deployments/<deployment>/chat/completions`. */
function deploymentOf(url: URL): string | undefined {
  const name = /\/deployments\/([^/]+)\//.exec(url.pathname)?.[1]
  return name === undefined ? undefined : decodeSegment(name)
}
