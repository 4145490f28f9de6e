import {
  copyOf,
  inIndexOrder,
  isArray,
  isRecord,
  ownField,
  PADDING,
  recordsOf,
  restate,
  restateField,
  setField,
} from './merge-delta.ts'

type Fields = Record<string, unknown>

/** How an answer of one API is put together from chunks with `choices`. */
export interface ChoiceAssembly<Open> {
  /** A choice of which nothing is known yet. */
  open(): Open
  /** Adds what a chunk says of the choice. */
  add(open: Open, choice: Fields): void
  /** The choice as the whole answer has it. */
  close(open: Open): Fields
  /**
   * Adds what a chunk says beside its choices.
   *
   * @defaultValue a later statement says more, but never unsays
   */
  readonly restateTop?: ((whole: Fields, key: string, value: unknown) => void) | undefined
}

/** The answer that chunks with `choices` add up to; choices stand in the order of their indexes. */
export function assembleChoices<Open>(
  chunks: readonly unknown[],
  assembly: ChoiceAssembly<Open>,
): Fields {
  const restateTop = assembly.restateTop ?? restateField
  const whole: Fields = {}
  const choices = new Map<number, Open>()
  for (const chunk of chunks) {
    if (!isRecord(chunk)) continue
    for (const [key, value] of Object.entries(chunk)) {
      if (key === 'choices') {
        whole[key] ??= []
        if (isArray(value))
          value.forEach((choice, at) => addChoice(choices, [choice, at], assembly))
      } else if (!PADDING.includes(key)) restateTop(whole, key, value)
    }
  }
  if (isArray(whole['choices']))
    whole['choices'] = inIndexOrder(choices).map((open) => assembly.close(open))
  return whole
}

function addChoice<Open>(
  choices: Map<number, Open>,
  [choice, position]: readonly [choice: unknown, position: number],
  assembly: ChoiceAssembly<Open>,
): void {
  if (!isRecord(choice)) return
  const index = typeof choice['index'] === 'number' ? choice['index'] : position
  const open = choices.get(index) ?? assembly.open()
  choices.set(index, open)
  assembly.add(open, choice)
}

/** Of several choices people watch the first: their texts come mixed. */
export function firstChoice(value: unknown): Fields | undefined {
  const choices = recordsOf(isRecord(value) ? value['choices'] : undefined)
  return choices.find((choice) => (choice['index'] ?? 0) === 0)
}

/** Lists beside the deltas are continued (`token_ids` of vLLM); records are verdicts (`content_filter_results`). */
export function continueOrRestate(known: unknown, value: unknown): unknown {
  if (!Array.isArray(known) || !isArray(value)) return restate(known, value)
  for (const item of value) known.push(copyOf(item))
  return known as unknown[]
}

/** Log probabilities come with the tokens they belong to: every list in them is continued. */
export function continueLogprobs(known: unknown, value: unknown): unknown {
  if (!isRecord(known) || !isRecord(value)) return restate(known, value)
  for (const [key, list] of Object.entries(value)) {
    setField(known, key, continueOrRestate(ownField(known, key), list))
  }
  return known
}
