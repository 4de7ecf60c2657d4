import fc from 'fast-check'
import { isConsistent, rootOfInclusion, leafHash as theirLeafHash } from 'paume-verify'
import { describe, expect, it } from 'vitest'
import {
  consistencyPath,
  frontier,
  inclusionPath,
  leafHash,
  type NodeAt,
  nameOf,
  nodeHash,
  rootOf,
  type TreeHash,
  withNodes,
} from './merkle.ts'

/** Entries and roots of the test vectors that implementations of Certificate Transparency share. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function treeOf(entries: readonly Buffer[]) {
  const nodes = new Map<string, TreeHash>()
  const read = (at: NodeAt) => {
    const hash = nodes.get(nameOf(at))
    if (hash === undefined) throw new Error(`no node ${nameOf(at)}`)
    return hash
  }
  for (const [n, entry] of entries.entries()) {
    let at: NodeAt = { level: 0, position: BigInt(n) }
    let hash = leafHash(entry)
    nodes.set(nameOf(at), hash)
    while (at.position % 2n === 1n) {
      hash = nodeHash(read({ ...at, position: at.position - 1n }), hash)
      at = { level: at.level + 1, position: at.position / 2n }
      nodes.set(nameOf(at), hash)
    }
  }
  return { read, size: BigInt(entries.length), nodes }
}
const numbered = (count: number) => Array.from({ length: count }, (_, n) => Buffer.from(`entry ${n}`))

describe('the tree over the log', () => {
  it('has the roots of the published vectors', () => {
    for (const [size, root] of ROOTS.entries()) {
      const { read } = treeOf(ENTRIES.slice(0, size).map((hex) => Buffer.from(hex, 'hex')))
      expect(rootOf(BigInt(size), read).toString('hex')).toBe(root)
    }
  })

  it('has the paths of the example in RFC 9162, 2.1.5', () => {
    const { read } = treeOf(numbered(7))
    const at = (level: number, position: number) => read({ level, position: BigInt(position) })
    const [b, d, f, j, l] = [at(0, 1), at(0, 3), at(0, 5), at(0, 6), nodeHash(at(1, 2), at(0, 6))]
    const [g, h, i, c] = [at(1, 0), at(1, 1), at(1, 2), at(0, 2)]
    expect(inclusionPath(0n, 7n, read)).toEqual([b, h, l])
    expect(inclusionPath(3n, 7n, read)).toEqual([c, g, l])
    expect(inclusionPath(4n, 7n, read)).toEqual([f, j, at(2, 0)])
    expect(inclusionPath(6n, 7n, read)).toEqual([i, at(2, 0)])
    expect(consistencyPath(3n, 7n, read)).toEqual([c, d, g, l])
    expect(consistencyPath(4n, 7n, read)).toEqual([l])
    expect(consistencyPath(6n, 7n, read)).toEqual([i, j, at(2, 0)])
  })

  it('proves every entry to the verifier that was written apart, and none in another place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (count, some, other) => {
        const entries = numbered(count)
        const { read, size } = treeOf(entries)
        const root = rootOf(size, read)
        const index = BigInt(some % count)
        const path = inclusionPath(index, size, read)
        const reached = (at: bigint, steps = path) =>
          rootOfInclusion(at, size, theirLeafHash(entries[Number(index)]!), steps)
        expect(reached(index)).toEqual(root)
        const elsewhere = BigInt(other % count)
        if (elsewhere !== index) expect(reached(elsewhere)?.equals(root) ?? false).toBe(false)
        if (path.length > 0) {
          const bent = path.with(other % path.length, Buffer.alloc(32, 7))
          expect(reached(index, bent)?.equals(root) ?? false).toBe(false)
          expect(reached(index, path.slice(1))?.equals(root) ?? false).toBe(false)
        }
        expect(reached(index, [...path, root])).toBeNull()
      }),
      { numRuns: 400 },
    )
  })

  it('shows that it only grew, and shows it of no tree that was rewritten', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (count, some, rewritten) => {
        const entries = numbered(count)
        const { read, size } = treeOf(entries)
        const earlier = BigInt(some % (count + 1))
        const path = consistencyPath(earlier, size, read)
        const consistent = (root: Buffer, steps = path) =>
          isConsistent(earlier, rootOf(earlier, read), size, root, steps)
        expect(consistent(rootOf(size, read))).toBe(true)
        if (earlier === 0n) return
        const at = rewritten % Number(earlier)
        const other = treeOf(entries.with(at, Buffer.from('another')))
        expect(consistent(rootOf(size, other.read), consistencyPath(earlier, size, other.read))).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  it('is made of its complete subtrees', () => {
    const { read, nodes } = treeOf(numbered(13))
    expect(frontier(13n).map(nameOf)).toEqual(['3/0', '2/2', '0/12'])
    expect(frontier(0n)).toEqual([])
    expect(nodes.size).toBe(13 + 6 + 3 + 1)
    expect(() => inclusionPath(13n, 13n, read)).toThrow('invariant')
    expect(() => consistencyPath(14n, 13n, read)).toThrow('invariant')
  })

  it('asks for what a proof needs once', async () => {
    const { read } = treeOf(numbered(1_000))
    const asked: NodeAt[][] = []
    const path = await withNodes(
      (from) => inclusionPath(613n, 1_000n, from),
      async (nodes) => {
        asked.push(nodes)
        return nodes.map(read)
      },
    )
    expect(path).toEqual(inclusionPath(613n, 1_000n, read))
    expect(asked).toHaveLength(1)
    expect(asked[0]!.length).toBeLessThan(16)
  })
})
