import { WiretapeError } from '../errors/wiretape-error.ts'
import type { FoundRecording } from '../store/corpus.ts'
import { endingOf, type ExchangeContext, type Subject } from './subject.ts'

/**
 * Nothing can be written, so nothing is fetched.
 *
 * @param found what is recorded all the same, where there is anything
 */
export function refuseToRecord(
  { title, details }: Subject,
  { layers }: ExchangeContext,
  found?: FoundRecording,
): WiretapeError {
  const ending = found === undefined ? 'complete' : endingOf(found.document)
  const recording = found?.store.locate(found.path) ?? null
  const names = layers.corpora.map(({ store }) => store.name).join(', ')
  const broken = `\n  it is recorded in ${recording}, and its answer ended early (${ending})`
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${title} can't be recorded: none of ${names} can be written${ending === 'complete' ? '' : broken}`,
    hint: "put a folder of your own first: recordings: ['./recordings', '@acme/recordings']",
    details: { ...details, recording, ending },
  })
}

/** What went wrong while an answer was recorded, as one of wiretape's errors. */
export function asWiretapeError(error: unknown): WiretapeError {
  if (WiretapeError.is(error)) return error
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `an answer could not be recorded: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'this is a defect of wiretape: please report it with the cause',
    cause: error,
  })
}
