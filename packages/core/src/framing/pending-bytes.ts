const SMALLEST_CAPACITY = 1024
const LARGEST_KEPT_CAPACITY = 64 * 1024

/** The bytes of a frame that isn't complete yet. */
export interface PendingBytes {
  length(): number
  hold(bytes: Uint8Array): void
  /** What is held, then these bytes, as one array that nothing else writes to; afterwards nothing is held. */
  take(last: Uint8Array): Uint8Array
}

/**
 * Capacity doubles, so that a frame in many small reads costs linear time; and holding copies, so that a few bytes
 * don't keep a whole network buffer in memory.
 */
export function createPendingBytes(): PendingBytes {
  let buffer = new Uint8Array(0)
  let length = 0

  function hold(bytes: Uint8Array): void {
    if (length + bytes.length > buffer.length) {
      const larger = new Uint8Array(
        Math.max(SMALLEST_CAPACITY, buffer.length * 2, length + bytes.length),
      )
      larger.set(buffer.subarray(0, length))
      buffer = larger
    }
    buffer.set(bytes, length)
    length += bytes.length
  }

  return {
    length: () => length,
    hold,
    take(last) {
      if (length === 0) return last
      const taken = new Uint8Array(length + last.length)
      taken.set(buffer.subarray(0, length))
      taken.set(last, length)
      length = 0
      if (buffer.length > LARGEST_KEPT_CAPACITY) buffer = new Uint8Array(0)
      return taken
    },
  }
}
