import { REMOVED } from '../json/paths.ts'
import type { VolatileField } from './dialect.ts'

/** Against guessing texts by lengths, every frame of a Bedrock stream has a padding of random length (aws-sdk-js-v3 #6919). */
export const FRAME_PADDING: VolatileField = { path: 'p', kind: 'padding', value: REMOVED }
