import { number } from '../json/access.ts'
import type { Endpoint, IdField, RequestIdField, VolatileField } from './dialect.ts'
import { FAR_AHEAD, idFields, requestIdFields, timeFields } from './fields.ts'
import { isErrorAnswer } from './payload-document.ts'

/** Where things stand in an answer: alone, or in a page of a list. */
export const PLACES: readonly string[] = ['', 'data[].']

export const FILE: readonly string[] = ['file-', 'cfile_', 'file_']
const VECTOR_STORE: readonly string[] = ['vs_']

/** Ids by which things that OpenAI keeps name each other; the same field has the same meaning everywhere. */
const LINKS: readonly IdField[] = [
  ...idFields(PLACES, {
    file_id: FILE,
    'file_ids[]': FILE,
    'file.id': FILE,
    input_file_id: FILE,
    output_file_id: FILE,
    error_file_id: FILE,
    training_file: FILE,
    validation_file: FILE,
    'result_files[]': FILE,
    'data_source.source.id': FILE,
    'tool_resources.code_interpreter.file_ids[]': FILE,
    'tool_resources.file_search.vector_store_ids[]': VECTOR_STORE,
    vector_store_id: VECTOR_STORE,
    container_id: ['cntr_'],
    upload_id: ['upload_'],
    eval_id: ['eval_'],
    run_id: ['evalrun_', 'run_'],
    thread_id: ['thread_'],
    assistant_id: ['asst_'],
    remixed_from_video_id: ['video_'],
  }),
]

const TIMES: readonly VolatileField[] = [
  ...timeFields(PLACES, number(0), [
    'created_at',
    'updated_at',
    'started_at',
    'in_progress_at',
    'finalizing_at',
    'completed_at',
    'finished_at',
    'failed_at',
    'incomplete_at',
    'cancelling_at',
    'cancelled_at',
    'expired_at',
    'last_active_at',
    'file.created_at',
  ]),
  ...timeFields(PLACES, FAR_AHEAD, ['expires_at', 'file.expires_at']),
]

/** What requests say of things that OpenAI keeps. */
export const RESOURCE_REQUEST_IDS: readonly RequestIdField[] = requestIdFields([''], 'reference', [
  'file_id',
  'file_ids[]',
  'files[].file_id',
  'input_file_id',
  'training_file',
  'validation_file',
  'part_ids[]',
  'data_source.source.id',
  'vector_store_ids[]',
  'tool_resources.code_interpreter.file_ids[]',
  'tool_resources.file_search.vector_store_ids[]',
  'tool_resources.file_search.vector_stores[].file_ids[]',
  'video.id',
  'characters[].id',
])

/** How an endpoint differs from the usual one. */
export interface ResourceOptions extends Partial<Endpoint> {
  /** The dialect and what its answers are, `openai-files.batch`. */
  readonly type: string
  /** How the things' own ids begin. */
  readonly prefixes: readonly string[]
}

/**
 * An endpoint for things that OpenAI keeps. All of them count per test, those that only look too: what they see is what the
 * test made.
 */
export function resourceEndpoint(name: string, options: ResourceOptions): Endpoint {
  const { type, prefixes, ...own } = options
  const [dialect = ''] = type.split('.')
  return {
    name,
    typeOf: (item) => (isErrorAnswer(item) ? `wiretape.${dialect}.error` : `wiretape.${type}`),
    ids: [
      ...idFields(PLACES, { id: prefixes }),
      ...idFields([''], { first_id: prefixes, last_id: prefixes }),
      ...LINKS,
    ],
    volatile: TIMES,
    requestIds: RESOURCE_REQUEST_IDS,
    ignored: [],
    stateful: true,
    ...own,
  }
}
