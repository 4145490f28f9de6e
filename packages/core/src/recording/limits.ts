/** A file of a corpus, in bytes; docs/reference/format.md lists all of these. */
export const MOST_FILE_BYTES: number = 128 * 1024 * 1024

/** What a recording's blobs may add to it, in characters: as many as one blob that is as large as a file may be, and more. */
export const MOST_BLOB_CHARACTERS: number = 256 * 1024 * 1024

/** An answer as bytes on the wire, which styles could make far larger than its recording. */
export const MOST_ANSWER_BYTES: number = 128 * 1024 * 1024

/** Items of a stream, frames that differ, reads. */
export const MOST_ITEMS = 500_000

/** Ids in a recording's mapping. */
export const MOST_IDS = 50_000

/** Places in a recording's bodies where a blob stands. */
export const MOST_BLOBS = 5000

/** An address, an id or a header, in characters. */
export const LONGEST_LINE: number = 64 * 1024

/** White space and separators in a style, in characters. */
export const LONGEST_STYLE = 4096

/** Milliseconds to a read: a day. */
export const LONGEST_TIME = 86_400_000
