import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import type { FleetPorts } from './ports.ts'

const DAY_MS = 86_400_000
/** Devices whose figures are asked for together. */
const AT_ONCE = 500

export type HoverFigures = {
  /** A hover of this device has just ended. Kept in memory until the next `copy`. */
  hovered(deviceId: string): void
  /**
   * Copies the figures of hovers of the last day beside the devices, so that a list of them can be sorted by what goes wrong. Whoever
   * sees them sees them as they were a minute ago. Two nodes that do it at the same time write the same.
   */
  copy(): Promise<void>
}

export function createHoverFigures({
  db,
  clock,
  ports,
}: {
  db: Db
  clock: Clock
  ports: Pick<FleetPorts, 'hoversSince'>
}): HoverFigures {
  const last = new Map<string, number>()

  const writeLast = async () => {
    if (last.size === 0) return
    const rows = [...last]
    last.clear()
    await sql`
      update devices d set last_hover_at = greatest(d.last_hover_at, h.at)
        from unnest(${rows.map(([id]) => id)}::text[], ${rows.map(([, ms]) => new Date(ms))}::timestamptz[]) h (id, at)
       where d.id = h.id`.execute(db)
  }
  const writeFigures = async (ids: readonly string[], since: Date) => {
    const found = await ports.hoversSince(ids, since)
    const of = ids.map((id) => found.get(id) ?? { hovers: 0, refused: 0 })
    await sql`
      update devices d set hovers_day = f.hovers, refused_day = f.refused
        from unnest(${[...ids]}::text[], ${of.map(({ hovers }) => hovers)}::int[],
                    ${of.map(({ refused }) => refused)}::int[]) f (id, hovers, refused)
       where d.id = f.id and (d.hovers_day, d.refused_day) is distinct from (f.hovers, f.refused)`.execute(db)
  }
  return {
    hovered(deviceId) {
      last.set(deviceId, clock.nowMs())
    },
    async copy() {
      await writeLast()
      const since = new Date(clock.nowMs() - DAY_MS)
      for (let after = ''; ; ) {
        const rows = await db
          .selectFrom('devices')
          .select('id')
          .where('id', '>', after)
          .where('state', '=', 'paired')
          .orderBy('id')
          .limit(AT_ONCE)
          .execute()
        if (rows.length === 0) return
        const ids = rows.map(({ id }) => id)
        await writeFigures(ids, since)
        after = ids.at(-1)!
      }
    },
  }
}
