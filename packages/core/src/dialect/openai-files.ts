import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import type { Dialect, Recognition } from './dialect.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { FILE, resourceEndpoint } from './openai-resource.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { speaksAnthropic } from './speaks-anthropic.ts'

const VECTOR_STORE = ['vs_'] as const
const VECTOR_STORE_BATCH = ['vsfb_'] as const
const CONTAINER = ['cntr_'] as const
const CONTAINER_FILE = ['cfile_', ...FILE] as const
const JOB = ['ftjob-'] as const
const VIDEO = ['video_'] as const

/** Methods, path, what its answers are, how their ids begin. */
const OPERATIONS: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['GET POST', '/v1/files', 'file', FILE],
  ['GET DELETE', '/v1/files/{id}', 'file', FILE],

  ['POST', '/v1/uploads', 'upload', ['upload_']],
  ['POST', '/v1/uploads/{id}/parts', 'upload_part', ['part_']],
  ['POST', '/v1/uploads/{id}/complete', 'upload', ['upload_']],
  ['POST', '/v1/uploads/{id}/cancel', 'upload', ['upload_']],

  ['GET POST', '/v1/batches', 'batch', ['batch_']],
  ['GET', '/v1/batches/{id}', 'batch', ['batch_']],
  ['POST', '/v1/batches/{id}/cancel', 'batch', ['batch_']],

  ['GET POST', '/v1/vector_stores', 'vector_store', VECTOR_STORE],
  ['GET POST DELETE', '/v1/vector_stores/{id}', 'vector_store', VECTOR_STORE],
  ['POST', '/v1/vector_stores/{id}/search', 'search_results', FILE],
  ['GET POST', '/v1/vector_stores/{id}/files', 'vector_store_file', FILE],
  ['GET POST DELETE', '/v1/vector_stores/{id}/files/{id}', 'vector_store_file', FILE],
  ['POST', '/v1/vector_stores/{id}/file_batches', 'file_batch', VECTOR_STORE_BATCH],
  ['GET', '/v1/vector_stores/{id}/file_batches/{id}', 'file_batch', VECTOR_STORE_BATCH],
  ['POST', '/v1/vector_stores/{id}/file_batches/{id}/cancel', 'file_batch', VECTOR_STORE_BATCH],
  ['GET', '/v1/vector_stores/{id}/file_batches/{id}/files', 'vector_store_file', FILE],

  ['GET POST', '/v1/containers', 'container', CONTAINER],
  ['GET DELETE', '/v1/containers/{id}', 'container', CONTAINER],
  ['GET POST', '/v1/containers/{id}/files', 'container_file', CONTAINER_FILE],
  ['GET DELETE', '/v1/containers/{id}/files/{id}', 'container_file', CONTAINER_FILE],

  ['GET POST', '/v1/fine_tuning/jobs', 'fine_tuning_job', JOB],
  ['GET', '/v1/fine_tuning/jobs/{id}', 'fine_tuning_job', JOB],
  ['POST', '/v1/fine_tuning/jobs/{id}/cancel', 'fine_tuning_job', JOB],
  ['POST', '/v1/fine_tuning/jobs/{id}/pause', 'fine_tuning_job', JOB],
  ['POST', '/v1/fine_tuning/jobs/{id}/resume', 'fine_tuning_job', JOB],
  ['GET', '/v1/fine_tuning/jobs/{id}/events', 'fine_tuning_event', ['ftevent-']],
  ['GET', '/v1/fine_tuning/jobs/{id}/checkpoints', 'fine_tuning_checkpoint', ['ftckpt_']],

  ['GET POST', '/v1/evals', 'eval', ['eval_']],
  ['GET POST DELETE', '/v1/evals/{id}', 'eval', ['eval_']],
  ['GET POST', '/v1/evals/{id}/runs', 'eval_run', ['evalrun_']],
  ['GET POST DELETE', '/v1/evals/{id}/runs/{id}', 'eval_run', ['evalrun_']],
  ['GET', '/v1/evals/{id}/runs/{id}/output_items', 'eval_output_item', ['outputitem_']],
  ['GET', '/v1/evals/{id}/runs/{id}/output_items/{id}', 'eval_output_item', ['outputitem_']],

  ['GET POST', '/v1/videos', 'video', VIDEO],
  ['GET DELETE', '/v1/videos/{id}', 'video', VIDEO],
  ['POST', '/v1/videos/{id}/remix', 'video', VIDEO],
  ['POST', '/v1/videos/edits', 'video', VIDEO],
  ['POST', '/v1/videos/extensions', 'video', VIDEO],
  ['POST', '/v1/videos/characters', 'character', ['char_']],
  ['GET', '/v1/videos/characters/{id}', 'character', ['char_']],

  ['GET POST', '/v1/skills', 'skill', ['skill_']],
  ['GET POST DELETE', '/v1/skills/{id}', 'skill', ['skill_']],
  ['GET POST', '/v1/skills/{id}/versions', 'skill_version', ['skillver_']],
  ['GET DELETE', '/v1/skills/{id}/versions/{version}', 'skill_version', ['skillver_']],
]

/** What these give back is what somebody put there, whatever it looks like: nothing in it is an id or a time of OpenAI's. */
const CONTENTS: readonly string[] = [
  '/v1/files/{id}/content',
  '/v1/vector_stores/{id}/files/{id}/content',
  '/v1/containers/{id}/files/{id}/content',
  '/v1/videos/{id}/content',
  '/v1/skills/{id}/content',
  '/v1/skills/{id}/versions/{version}/content',
]

const ROUTES: readonly Route[] = [
  ...OPERATIONS.flatMap(([methods, name, kind, prefixes]) =>
    routesOf(methods, resourceEndpoint(name, { type: `openai-files.${kind}`, prefixes })),
  ),
  ...CONTENTS.flatMap((name) =>
    routesOf(
      'GET',
      resourceEndpoint(name, {
        type: 'openai-files.content',
        prefixes: [],
        ids: [],
        volatile: [],
      }),
    ),
  ),
]

/**
 * What OpenAI keeps beside conversations: files, uploads, batches, vector stores, containers, fine-tuning, evaluations,
 * videos, skills (openai `resources/`, one file each).
 */
export const openaiFiles: Dialect = {
  name: 'openai-files',
  provider: 'openai',
  recognise: recogniseFiles,
  errorBody: openaiErrorBody,
}

function recogniseFiles(request: RequestView): Recognition | undefined {
  if (speaksAnthropic(request)) return undefined
  const match = matchRoute(request, ROUTES)
  return match && { ...match, model: modelOf(request), streaming: asksForStream(request.json) }
}
