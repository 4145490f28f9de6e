import * as z from 'zod'
import { LONGEST_LINE, LONGEST_STYLE, LONGEST_TIME, MOST_ITEMS } from './limits.ts'
import { HEADER_NAME, HEADER_VALUE } from './shape.ts'

const count = z.int().min(0)
const amount = z.number().min(0)
const time = amount.max(LONGEST_TIME)
const line = z.string().max(LONGEST_LINE)
const headerValue = line.regex(HEADER_VALUE)
const headers = z.record(
  z.string().regex(HEADER_NAME),
  z.union([headerValue, z.array(headerValue).max(MOST_ITEMS)]),
)
const style = z.record(z.string(), z.union([z.string().max(LONGEST_STYLE), amount, z.boolean()]))
const blanks = z
  .string()
  .max(LONGEST_STYLE)
  .regex(/^[ \t\r\n]*$/)
const json = z.looseObject({
  indent: z.enum(['', '  ', '    ', '\t']).optional(),
  comma: z.enum([',', ', ']).optional(),
  colon: z.enum([':', ': ', ' : ']).optional(),
  padding: z.enum(['', ' ']).optional(),
  escape: z.enum(['minimal', 'ascii', 'html', 'protobuf', 'slash']).optional(),
  fill: blanks.optional(),
  before: blanks.optional(),
  after: blanks.optional(),
})

const wireSchema = z
  .looseObject({
    framing: z
      .enum(['json', 'json-array', 'sse', 'ndjson', 'eventstream', 'text', 'bytes'])
      .describe('How the bytes of the answer divide into frames.'),
    ending: z
      .enum(['complete', 'cut', 'aborted', 'error'])
      .describe('How the answer ended; it ends so on replay.'),
    error: z
      .looseObject({ name: z.string(), code: z.string().nullable(), message: z.string() })
      .optional()
      .describe('The error of the transport, where it ended with one.'),
    style: style.optional().describe('How frames are spelled, where it is not the usual way.'),
    json: json.optional().describe('How JSON in frames is printed, where it is not compact.'),
    frames: z
      .array(
        z.looseObject({
          at: count.optional().describe('The item of `body` that this is about.'),
          before: count.optional().describe('The item of `body` before which this stands.'),
          style: style.optional().describe('How this frame is spelled.'),
          json: json.optional().describe('How the JSON of this frame is printed.'),
          event: z.string().nullable().optional(),
          id: z.string().optional(),
          retry: z.string().optional(),
          headers: z
            .array(
              z.looseObject({
                name: z.string(),
                type: z.string(),
                value: z.union([z.string(), z.number(), z.boolean()]),
              }),
            )
            .optional()
            .describe(
              'Every header of an event-stream message, where they are not the usual ones.',
            ),
          text: z.string().optional().describe('The exact text of the frame.'),
          base64: z.string().optional().describe('The exact bytes of a frame that is not UTF-8.'),
        }),
      )
      .max(MOST_ITEMS)
      .optional()
      .describe('Frames that the body alone does not give back.'),
    tail: z
      .union([z.string(), z.looseObject({ base64: z.string() })])
      .optional()
      .describe('What follows the last item, where it is not what the dialect usually ends with.'),
    reads: z
      .looseObject({
        head: time.optional().describe('Milliseconds from the request to the head of the answer.'),
        at: z.array(time).max(MOST_ITEMS).describe('Milliseconds from the request to each read.'),
        edges: z
          .array(z.union([count, z.array(count)]))
          .max(MOST_ITEMS)
          .optional()
          .describe(
            'Where each read ended, in whole frames, or [frames, bytes]; absent: one a frame.',
          ),
      })
      .optional(),
  })
  .describe('What `body` can not tell of the bytes on the wire.')

/**
 * The recording format, versions 0 and 1. Unknown fields are allowed everywhere and survive.
 *
 * @public
 */
export const recordingSchema: z.ZodType<Record<string, unknown>> = z
  .looseObject({
    version: z.int().min(0).max(1).optional().describe('Absent in a file that OGX wrote.'),
    test_id: z.string().nullable().optional().describe('The test it belongs to; null: shared.'),
    request: z
      .looseObject({
        method: z.string().optional(),
        url: line.optional(),
        headers: headers.optional(),
        body: z.unknown().optional(),
        endpoint: z.string().optional(),
        model: z.string().nullable().optional(),
      })
      .describe('The request as the program sent it, redacted.'),
    response: z
      .looseObject({
        status: z
          .int()
          .min(200)
          .max(599)
          .nullable()
          .optional()
          .describe('Null where no header came.'),
        headers: headers.optional(),
        body: z.unknown().optional().describe('The items of a stream, or one document.'),
        is_streaming: z.boolean().optional(),
        wire: wireSchema.optional(),
      })
      .describe('The answer as the program saw it.'),
    id_normalization_mapping: z
      .record(z.string(), line)
      .optional()
      .describe("Normalised id to the provider's own."),
    blobs: z
      .record(
        z.string(),
        z.looseObject({ sha256: z.string(), encoding: z.enum(['base64', 'base64url']) }),
      )
      .optional()
      .describe('Long base64 strings of the bodies, by JSON pointer: files in `blobs/`.'),
    recorded: z
      .looseObject({
        at: z.string().optional(),
        by: z.record(z.string(), z.string()).optional(),
        key: z.looseObject({ rule: z.string(), hash: z.string(), occurrence: count }).optional(),
      })
      .optional()
      .describe('When, by what and under which key it was recorded.'),
  })
  .describe('A wiretape recording: one HTTP exchange with an LLM provider.')

/**
 * The published JSON Schema (draft 2020-12) of a recording; `recording.schema.json` of this package holds the same.
 *
 * @public
 */
export function recordingJsonSchema(): Record<string, unknown> {
  return {
    $id: 'https://unpkg.com/@wiretape/core/schema/recording.schema.json',
    title: 'wiretape recording',
    ...z.toJSONSchema(recordingSchema, { unrepresentable: 'any' }),
  }
}
