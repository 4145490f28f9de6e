import { HOSTILE_NAMES, HOSTILE_TEXTS } from './hostile-values.ts'
import type { Random } from './random.ts'

/** A value that keeps what JavaScript's own would lose: members that stand twice, `__proto__`, numbers as they are spelled. */
export type Tree =
  | { readonly members: [name: string, value: Tree][] }
  | { readonly items: Tree[] }
  | { readonly text: string }

/** @param value of JSON.parse */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { items: value.map(treeOf) }
  if (typeof value !== 'object' || value === null) return { text: JSON.stringify(value) }
  return { members: Object.entries(value).map(([name, part]) => [name, treeOf(part)]) }
}

export function textOf(tree: Tree): string {
  if ('text' in tree) return tree.text
  if ('items' in tree) return `[${tree.items.map(textOf).join(',')}]`
  return `{${tree.members.map(([name, part]) => `${JSON.stringify(name)}:${textOf(part)}`).join(',')}}`
}

/** A copy with one to four things changed. `other` lends parts. */
export function mutateJson(tree: Tree, other: Tree, random: Random): Tree {
  const copy = structuredClone(tree)
  for (let left = 1 + random.below(3); left > 0; left--) mutateOnce(copy, other, random)
  return copy
}

type Holder = Exclude<Tree, { readonly text: string }>

function mutateOnce(tree: Tree, other: Tree, random: Random): void {
  const holder = pickHolder(roomIn(tree, random), random)
  if (holder === undefined) return
  const length = lengthOf(holder)
  const at = random.below(length)
  switch (random.below(8)) {
    case 0:
    case 1:
      return replace(holder, at, { text: random.pick(HOSTILE_TEXTS) })
    case 2:
      return remove(holder, at)
    case 3:
      return insert(holder, at, [nameAt(holder, at), structuredClone(partOf(holder, at))])
    case 4:
      return insert(holder, at, [random.pick(HOSTILE_NAMES), { text: random.pick(HOSTILE_TEXTS) }])
    case 5:
      if ('members' in holder && holder.members[at] !== undefined)
        holder.members[at][0] = random.pick(HOSTILE_NAMES)
      return
    case 6: {
      const lender = pickHolder(random.percent(50) ? tree : other, random)
      if (lender === undefined) return
      const part = structuredClone(partOf(lender, random.below(lengthOf(lender))))
      return replace(holder, at, part)
    }
    default:
      return replace(holder, at, nested(partOf(holder, at), random))
  }
}

/** The value within so many arrays or objects, past the limit of depth now and then. */
function nested(part: Tree, random: Random): Tree {
  const depth = random.percent(90) ? 1 + random.below(4) : 400 + random.below(200)
  let result: Tree = part
  const isArray = random.percent(50)
  for (let level = 0; level < depth; level++)
    result = isArray ? { items: [result] } : { members: [[random.pick(HOSTILE_NAMES), result]] }
  return result
}

/** Where most of a recording is known by its API alone: changes near the root are seldom read any further. */
const ROOMS = [
  ['response', 'body'],
  ['response', 'body'],
  ['response', 'wire'],
  ['request', 'body'],
]

function roomIn(tree: Tree, random: Random): Tree {
  if (random.percent(25)) return tree
  let room = tree
  for (const name of random.pick(ROOMS)) {
    const member: [string, Tree] | undefined =
      'members' in room ? room.members.find(([key]) => key === name) : undefined
    if (member === undefined) return tree
    room = member[1]
  }
  return room
}

/** Any array or object that is not empty; those near the root as likely as those in the chunks. */
function pickHolder(tree: Tree, random: Random): Holder | undefined {
  let holder = 'text' in tree || lengthOf(tree) === 0 ? undefined : tree
  for (let steps = random.below(9); steps > 0 && holder !== undefined; steps--) {
    const part = partOf(holder, random.below(lengthOf(holder)))
    if ('text' in part || lengthOf(part) === 0) return holder
    holder = part
  }
  return holder
}

function lengthOf(holder: Holder): number {
  return 'items' in holder ? holder.items.length : holder.members.length
}

function partOf(holder: Holder, at: number): Tree {
  return ('items' in holder ? holder.items[at] : holder.members[at]?.[1]) ?? { text: 'null' }
}

function nameAt(holder: Holder, at: number): string {
  return ('members' in holder ? holder.members[at]?.[0] : undefined) ?? ''
}

function replace(holder: Holder, at: number, part: Tree): void {
  if ('items' in holder) holder.items[at] = part
  else if (holder.members[at] !== undefined) holder.members[at][1] = part
}

function remove(holder: Holder, at: number): void {
  if ('items' in holder) holder.items.splice(at, 1)
  else holder.members.splice(at, 1)
}

function insert(holder: Holder, at: number, entry: [name: string, part: Tree]): void {
  if ('items' in holder) holder.items.splice(at, 0, entry[1])
  else holder.members.splice(at, 0, entry)
}
