/** How deep arrays and objects may nest unless a caller says otherwise; what's deeper would risk the call stack. */
export const DEFAULT_MAX_DEPTH = 512

/**
 * The same for the bodies of requests and answers: they stand inside a recording, which has levels of its own. A body that
 * nests deeper is kept as text.
 */
export const BODY_MAX_DEPTH = 480

/** How many values a document may hold, each of which takes some 50 bytes of memory: as many as 1,300 embeddings have. */
export const MOST_VALUES = 2_000_000

/** In characters; Python refuses longer integers too. */
export const LONGEST_NUMBER = 4300

/** In characters: far below what a JavaScript string can hold, far above any recording. */
export const LONGEST_TEXT: number = 256 * 1024 * 1024
