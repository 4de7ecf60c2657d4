import { createHash } from 'node:crypto'

/** A hash of the tree: 32 bytes. */
export type TreeHash = Buffer
/** The hash over the entries `position << level` to `(position + 1) << level`, which stands once all of them are there. */
export type NodeAt = { level: number; position: bigint }
/** Answers the hash of a subtree that is complete. */
export type NodeReader = (at: NodeAt) => TreeHash

const LEAF_PREFIX = Buffer.of(0)
const NODE_PREFIX = Buffer.of(1)
/** Levels that a tree of 2^63 entries has. */
const MOST_LEVELS = 63

/** RFC 9162 §2.1.1: leaves and nodes are hashed with different prefixes, so that neither passes for the other. */
export const leafHash = (entry: Uint8Array): TreeHash => createHash('sha256').update(LEAF_PREFIX).update(entry).digest()
export const nodeHash = (left: TreeHash, right: TreeHash): TreeHash =>
  createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest()

/** The root of the tree over the first `size` entries. Of none it is the hash of nothing. */
export function rootOf(size: bigint, read: NodeReader): TreeHash {
  return size === 0n ? createHash('sha256').digest() : rangeHash(0n, size, read)
}

/** What leads from entry `index` (from 0) to the root of the tree over `size` entries, lowest first. RFC 9162 §2.1.3.1. */
export function inclusionPath(index: bigint, size: bigint, read: NodeReader): TreeHash[] {
  if (index < 0n || index >= size) throw new RangeError(`invariant broken: entry ${index} of ${size}`)
  const path: TreeHash[] = []
  let [start, end] = [0n, size]
  while (end - start > 1n) {
    const middle = start + split(end - start)
    if (index < middle) {
      path.push(rangeHash(middle, end, read))
      end = middle
    } else {
      path.push(rangeHash(start, middle, read))
      start = middle
    }
  }
  return path.reverse()
}

/** What shows that the tree over `size` entries begins with the one over `earlier`. RFC 9162 §2.1.4.1. */
export function consistencyPath(earlier: bigint, size: bigint, read: NodeReader): TreeHash[] {
  if (earlier < 0n || earlier > size) throw new RangeError(`invariant broken: a tree of ${earlier} in one of ${size}`)
  if (earlier === 0n || earlier === size) return []
  const path: TreeHash[] = []
  let [start, end] = [0n, size]
  // Whether the earlier tree is a whole subtree so far: then its hash is known to whoever asks.
  let whole = true
  while (earlier !== end) {
    const middle = start + split(end - start)
    if (earlier <= middle) {
      path.push(rangeHash(middle, end, read))
      end = middle
    } else {
      path.push(rangeHash(start, middle, read))
      start = middle
      whole = false
    }
  }
  if (!whole) path.push(rangeHash(start, end, read))
  return path.reverse()
}

/** The complete subtrees that a tree over `size` entries is made of, the largest first. */
export function frontier(size: bigint): NodeAt[] {
  const nodes: NodeAt[] = []
  for (let level = MOST_LEVELS; level >= 0; level--) {
    const width = 1n << BigInt(level)
    if ((size & width) !== 0n) nodes.push({ level, position: (size >> BigInt(level)) - 1n })
  }
  return nodes
}

/** What `work` reads of the tree, asked for in one go and handed to it: trees lie in the database, proofs are reckoned here. */
export async function withNodes<T>(
  work: (read: NodeReader) => T,
  fetch: (nodes: NodeAt[]) => Promise<TreeHash[]>,
): Promise<T> {
  const wanted = new Map<string, NodeAt>()
  const placeholder = Buffer.alloc(32)
  work((at) => {
    wanted.set(nameOf(at), at)
    return placeholder
  })
  const asked = [...wanted.values()]
  const found = await fetch(asked)
  const known = new Map(asked.map((at, n) => [nameOf(at), found[n]!]))
  return work((at) => known.get(nameOf(at))!)
}

export const nameOf = ({ level, position }: NodeAt): string => `${level}/${position}`

/** The largest power of two that is less than `count`. */
function split(count: bigint): bigint {
  let width = 1n
  while (width * 2n < count) width *= 2n
  return width
}

function rangeHash(start: bigint, end: bigint, read: NodeReader): TreeHash {
  const count = end - start
  const level = count.toString(2).length - 1
  if (count === 1n << BigInt(level)) return read({ level, position: start >> BigInt(level) })
  const middle = start + split(count)
  return nodeHash(rangeHash(start, middle, read), rangeHash(middle, end, read))
}
