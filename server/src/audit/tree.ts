import type { AuditReceipt } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import type { HeadSigner } from './checkpoint.ts'
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

/** The log up to a size, signed: a C2SP checkpoint. */
export type Head = { size: bigint; root: TreeHash; note: string }

export type AuditTree = {
  /** Takes up what was written since, and signs a head when something was. Answers the newest head; null while the log is empty. */
  seal(): Promise<Head | null>
  /** The newest head that was signed. */
  head(): Promise<Head | null>
  /**
   * A receipt for one entry, as `paume-verify` checks it; null when the log has no such entry yet. Seals first where the newest head does
   * not cover it.
   *
   * @param statement what the entry's fact `statementSha256` stands for, when it has one
   */
  receiptOf(sequence: bigint, statement?: string): Promise<AuditReceipt | null>
  /** What shows that the log of `size` entries begins with the one of `earlier`, lowest first; null when it is not that long. */
  consistency(earlier: bigint, size: bigint): Promise<TreeHash[] | null>
  /** Whether the log still begins with the one that this head was signed over. */
  holds(head: { size: bigint; root: TreeHash }): Promise<boolean>
}

type Entry = { sequence: bigint; at: Date; event: string; facts: string; previous_sha256: string }
type Link = { sequence: bigint; sha256: string }

/** Any constant that nobody else locks: "TREE" in ASCII. */
const TREE_LOCK = 0x54524545
/** Entries taken up in one transaction. */
const A_PAGE = 2_000

/** What the chain of the log hashes. The hash is the leaf of the tree: who is shown a proof need not be shown the entry. */
export const entryText = ({ sequence, at, event, facts, previous_sha256 }: Entry): string =>
  JSON.stringify([Number(sequence), toTimestamp(at), event, facts, previous_sha256])

export function createAuditTree({ db, clock, signer }: { db: Db; clock: Clock; signer: HeadSigner }): AuditTree {
  const nodesAt = async (from: QueryExecutorProvider, nodes: NodeAt[]): Promise<TreeHash[]> => {
    const { rows } = await sql<{ level: number; position: bigint; hash: Buffer }>`
      select level, position, hash from audit_tree_node
        join unnest(${nodes.map(({ level }) => level)}::smallint[], ${nodes.map(({ position }) => String(position))}::bigint[])
          asked (level, position) using (level, position)`.execute(from)
    const found = new Map(rows.map((row) => [nameOf(row), row.hash]))
    return nodes.map((at) => {
      const hash = found.get(nameOf(at))
      if (hash === undefined) throw new Error(`invariant broken: the tree over the audit log lacks ${nameOf(at)}`)
      return hash
    })
  }
  const fetch = (nodes: NodeAt[]) => nodesAt(db, nodes)

  const head = async (from: QueryExecutorProvider = db): Promise<Head | null> => {
    const { rows } = await sql<Head>`select size, root, note from audit_head order by size desc limit 1`.execute(from)
    return rows[0] ?? null
  }

  /** Takes up one page; false when there was nothing. Two nodes take turns. */
  const grow = (): Promise<boolean> =>
    withTransaction(db, async (tx) => {
      await sql`select pg_advisory_xact_lock(${TREE_LOCK})`.execute(tx)
      const last = await head(tx)
      const from = last?.size ?? 0n
      // In the order of their numbers and without a gap: an entry is numbered under a lock that it holds until it is committed.
      const { rows: entries } = await sql<Link>`
        select sequence, sha256 from audit_entries
         where sequence > ${from} order by sequence limit ${A_PAGE}`.execute(tx)
      if (entries.length === 0) return false
      const edges = frontier(from)
      const known = new Map((await nodesAt(tx, edges)).map((hash, n) => [nameOf(edges[n]!), hash]))
      const added: { at: NodeAt; hash: TreeHash }[] = []
      const put = (at: NodeAt, hash: TreeHash) => {
        known.set(nameOf(at), hash)
        added.push({ at, hash })
      }
      for (const [n, entry] of entries.entries()) {
        const position = from + BigInt(n)
        if (entry.sequence !== position + 1n)
          throw new Error(`invariant broken: the audit log lacks entry ${position + 1n}`)
        let at: NodeAt = { level: 0, position }
        let hash = leafHash(Buffer.from(entry.sha256, 'hex'))
        put(at, hash)
        while (at.position % 2n === 1n) {
          hash = nodeHash(known.get(nameOf({ ...at, position: at.position - 1n }))!, hash)
          at = { level: at.level + 1, position: at.position / 2n }
          put(at, hash)
        }
      }
      const size = from + BigInt(entries.length)
      const root = rootOf(size, (at) => known.get(nameOf(at))!)
      await sql`
        insert into audit_tree_node (level, position, hash)
        select * from unnest(${added.map(({ at }) => at.level)}::smallint[], ${added.map(({ at }) => String(at.position))}::bigint[],
                             ${added.map(({ hash }) => hash)}::bytea[])`.execute(tx)
      await sql`
        insert into audit_head (size, root, signed_at, note)
        values (${size}, ${root}, ${new Date(clock.nowMs())}, ${signer.sign(size, root)})`.execute(tx)
      return true
    })

  const seal = async (): Promise<Head | null> => {
    while (await grow()) {
      // The next page.
    }
    return head()
  }
  return {
    seal,
    head: () => head(),
    async receiptOf(sequence, statement) {
      const { rows } = await sql<Entry>`
        select sequence, at, event, facts, previous_sha256 from audit_entries where sequence = ${sequence}`.execute(db)
      const entry = rows[0]
      if (entry === undefined) return null
      const newest = await head()
      const over = newest !== null && newest.size >= sequence ? newest : (await seal())!
      const path = await withNodes((read) => inclusionPath(sequence - 1n, over.size, read), fetch)
      return {
        format: 'paume-receipt/1',
        entry: entryText(entry),
        index: Number(sequence - 1n),
        proof: path.map((hash) => hash.toString('hex')),
        head: over.note,
        ...(statement === undefined ? {} : { statement }),
      }
    },
    async holds({ size, root }) {
      const newest = await head()
      if (newest === null || newest.size < size) return false
      return root.equals(await withNodes((read) => rootOf(size, read), fetch))
    },
    async consistency(earlier, size) {
      const newest = await head()
      if (earlier < 0n || earlier > size || newest === null || size > newest.size) return null
      return withNodes((read) => consistencyPath(earlier, size, read), fetch)
    },
  }
}
