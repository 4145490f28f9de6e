/**
 * Every code that wiretape throws. Codes never change; each has a section in docs/reference/errors.md, and a test holds
 * the two lists equal.
 */
export const ERROR_CODES = [
  'WT_CONFIG_INVALID',
  'WT_CORPUS_UNREADABLE',
  'WT_FRAME_INVALID',
  'WT_FRAME_TOO_LARGE',
  'WT_ID_AMBIGUOUS',
  'WT_JSON_INVALID',
  'WT_MANIFEST_INVALID',
  'WT_NOT_INSTALLED',
  'WT_OPTION_INVALID',
  'WT_PATTERN_TOO_SLOW',
  'WT_RECORDING_INCOMPLETE',
  'WT_RECORDING_INVALID',
  'WT_RECORDING_NOT_FOUND',
  'WT_RECORDING_NOT_WRITTEN',
  'WT_RECORDING_REFUSED',
  'WT_REFERENCE_GONE',
  'WT_REQUEST_SIGNED',
  'WT_SECRET_FOUND',
  'WT_TAPE_CLOSED',
  'WT_TAPE_FAILED',
  'WT_TRANSFORM_FAILED',
  'WT_TRANSFORM_MISSING',
  'WT_VALUE_NOT_JSON',
  'WT_VERSION_UNSUPPORTED',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]
