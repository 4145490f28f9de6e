import { createFrameSplitter, NOT_YET } from './frame-splitter.ts'
import type { FrameSplitter, FramingName, SplitterLimits } from './framing.ts'

/** For bodies without frames: all of it is one frame, given at the end. Only the transport knows whether it was cut. */
export function createWholeBodySplitter(
  framing: FramingName,
  limits: SplitterLimits | undefined,
): FrameSplitter {
  return createFrameSplitter(framing, limits, {
    findEnd: () => NOT_YET,
    isWhole: () => true,
  })
}
