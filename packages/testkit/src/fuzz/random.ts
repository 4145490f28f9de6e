import { createSeededRandom } from '../seeded-random.ts'

/** Choices that are the same for the same seed. */
export interface Random {
  /** A whole number from 0, below the bound. */
  below(bound: number): number
  /** True so many times of a hundred. */
  percent(times: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

/** Choices for one case of a run: those of each case can be had again without those before. */
export function createRandom(seed: number, index: number): Random {
  const random = createSeededRandom(Math.imul(seed, 0x9e3779b1) + index)
  const below = (bound: number): number => Math.floor(random() * bound)
  return {
    below,
    percent: (times) => random() * 100 < times,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
  }
}
