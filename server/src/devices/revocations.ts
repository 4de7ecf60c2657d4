import { sql } from 'kysely'
import type pg from 'pg'
import type { Db } from '../database.ts'
import { REVOKED_CHANNEL } from './fleet.ts'

/** A notice that got lost is made up for within this, ms. */
const LOOK_EVERY_MS = 5_000
const RECONNECT_MS = 1_000

/** Requests of devices that are held back until there is news. */
export type HeldRequests = {
  deviceIds(): string[]
  /** Answers `device_revoked` to what these devices wait for. */
  end(deviceIds: readonly string[]): void
}
export type Revocations = { start(): Promise<void>; stop(): Promise<void> }

/** Ends what a revoked device waits for on this node, wherever it was revoked: at once when the notice comes, else a little later. */
export function createRevocations(options: { db: Db; connect(): Promise<pg.Client>; held: HeldRequests }): Revocations {
  const { db, connect, held } = options
  let client: pg.Client | null = null
  let open = true
  let again: NodeJS.Timeout | undefined
  let rounds: NodeJS.Timeout | undefined

  const listenLater = () => {
    client = null
    if (!open) return
    clearTimeout(again)
    again = setTimeout(listen, RECONNECT_MS)
    again.unref()
  }
  const listen = async () => {
    try {
      const fresh = await connect()
      if (!open) return void (await fresh.end())
      fresh.on('error', listenLater)
      fresh.on('end', listenLater)
      fresh.on('notification', ({ payload }) => held.end([payload ?? '']))
      await fresh.query(`listen ${REVOKED_CHANNEL}`)
      client = fresh
    } catch {
      listenLater()
    }
  }
  const look = async () => {
    const ids = held.deviceIds()
    if (ids.length === 0) return
    const { rows } = await sql<{ id: string }>`
      select id from devices where id = any(${ids}) and state = 'revoked'`.execute(db)
    held.end(rows.map(({ id }) => id))
  }
  return {
    async start() {
      await listen()
      rounds = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS)
      rounds.unref()
    },
    async stop() {
      open = false
      clearTimeout(again)
      clearInterval(rounds)
      const listening = client
      client = null
      listening?.removeAllListeners('end')
      await listening?.end().catch(() => {})
    },
  }
}
