import { randomBytes } from 'node:crypto'
import { type ConsoleHealth, NODE_GONE_AFTER_MS } from '@paume/contract'
import { sql } from 'kysely'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'
import type { HealthPort, NodeState } from './ports.ts'

/** How often a node writes down how it is, ms. */
export const BEAT_EVERY_MS = 5_000
/** Nodes that were not heard of for so long are forgotten, ms. */
const FORGET_AFTER_MS = 86_400_000
/** A database that takes longer for nothing is slow, ms. */
const SLOW_MS = 200
/** A processor that owes an answer for longer is behind, ms. */
const PROCESSOR_BEHIND_MS = 60_000

type NodeRow = {
  id: string
  version: string
  started_at: Date
  seen_at: Date
  state: NodeState & { memoryBytes: number }
}

export type Health = {
  /** Writes down how this node is. */
  beat(): Promise<void>
  read(): Promise<ConsoleHealth>
  /** This node stops: it is not missed. */
  leave(): Promise<void>
}

export function createHealth({ db, clock, port }: { db: Db; clock: Clock; port: HealthPort }): Health {
  const id = randomBytes(4).toString('hex')
  const startedAt = new Date(clock.nowMs())
  const beat = async () => {
    const now = new Date(clock.nowMs())
    const state = JSON.stringify({ ...port.node(), memoryBytes: process.memoryUsage.rss() })
    await sql`
      insert into report_node (id, version, started_at, seen_at, state)
      values (${id}, ${port.version}, ${startedAt}, ${now}, ${state}::jsonb)
      on conflict (id) do update set seen_at = excluded.seen_at, state = excluded.state`.execute(db)
    await sql`delete from report_node where seen_at < ${new Date(now.getTime() - FORGET_AFTER_MS)}`.execute(db)
  }
  return {
    beat,

    async read() {
      await beat()
      const askedMs = performance.now()
      const { rows: size } = await sql<{ bytes: bigint }>`select pg_database_size(current_database()) as bytes`.execute(
        db,
      )
      const answersInMs = performance.now() - askedMs
      const [{ rows: nodes }, queues, processors] = await Promise.all([
        sql<NodeRow>`select id, version, started_at, seen_at, state from report_node order by started_at`.execute(db),
        port.queues(),
        port.processors(),
      ])
      const nowMs = clock.nowMs()
      const isLate = (at: Date | null, ms: number) => at !== null && nowMs - at.getTime() > ms
      return {
        version: port.version,
        now: toTimestamp(nowMs),
        database: {
          state: answersInMs > SLOW_MS ? 'slow' : 'up',
          answersInMs: Math.round(answersInMs * 10) / 10,
          sizeBytes: Number(size[0]!.bytes),
          tenantsEnforced: port.tenantsEnforced,
        },
        nodes: nodes.map(({ state, ...node }) => ({
          id: node.id,
          self: node.id === id,
          state: isLate(node.seen_at, NODE_GONE_AFTER_MS) ? ('gone' as const) : ('up' as const),
          version: node.version,
          startedAt: toTimestamp(node.started_at),
          seenAt: toTimestamp(node.seen_at),
          ...state,
        })),
        queues: queues.map(({ behindAfterMs, oldestAt, ...queue }) => ({
          ...queue,
          oldestAt: oldestAt === null ? null : toTimestamp(oldestAt),
          state: isLate(oldestAt, behindAfterMs) ? ('behind' as const) : ('ok' as const),
        })),
        processors: processors.map(({ oldestAt, lastAnsweredAt, ...processor }) => ({
          ...processor,
          oldestAt: oldestAt === null ? null : toTimestamp(oldestAt),
          lastAnsweredAt: lastAnsweredAt === null ? null : toTimestamp(lastAnsweredAt),
          state: isLate(oldestAt, PROCESSOR_BEHIND_MS) ? 'behind' : lastAnsweredAt === null ? 'idle' : 'ok',
        })),
      }
    },

    async leave() {
      await sql`delete from report_node where id = ${id}`.execute(db)
    },
  }
}
