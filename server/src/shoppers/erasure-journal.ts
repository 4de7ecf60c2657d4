import { appendFile, open, readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure } from '../failure.ts'
import type { ShopperId } from '../ids.ts'
import type { Erasure } from './erasure.ts'

/**
 * Who was erased, kept beside the database: one line a shopper, `<time> <identifier>`, only ever added to. A backup that is put back
 * knows nothing of what was erased since; this file does, and every node has one.
 */
export type ErasureJournal = {
  /** Notes down what was erased since the last time, by whichever node. Answers how many. */
  follow(): Promise<number>
  /**
   * Erases again whoever is noted down here and stands in the database: an older backup was put back. Must have ended before the first
   * palm is searched. Answers how many.
   */
  reapply(): Promise<number>
}

type Options = { db: Db; file: string; erasure: Pick<Erasure, 'erase'> }

const LINE = /^(\S+Z) (shp_[0-9A-HJKMNP-TV-Z]{26})$/
/** Erasures are looked for from this long before the newest known: two nodes' clocks, and transactions that committed late, ms. */
const OVERLAP_MS = 600_000
/** How often all of them are looked at instead, ms: a clock that was set back hides none for longer. */
const ALL_EVERY_MS = 3_600_000

/** Throws when the file holds a line that is not one of ours: guessing whom it meant would bring somebody back. */
export function createErasureJournal({ db, file, erasure }: Options): ErasureJournal {
  const known = new Set<string>()
  let newestMs = 0
  let allAtMs: number | null = null
  let loaded: Promise<void> | null = null
  const load = () => {
    loaded ??= readJournal(file)
      .then((entries) => {
        for (const { id, atMs } of entries) {
          known.add(id)
          newestMs = Math.max(newestMs, atMs)
        }
      })
      .catch((error: unknown) => {
        loaded = null
        throw error
      })
    return loaded
  }
  return {
    async follow() {
      await load()
      const nowMs = performance.now()
      const all = allAtMs === null || nowMs - allAtMs >= ALL_EVERY_MS
      const since = new Date(all ? 0 : Math.max(0, newestMs - OVERLAP_MS))
      // Those whose palms are gone while a payment is still open count: the palms must not come back either.
      const { rows } = await sql<{ id: string; at: Date }>`
        select id, coalesce(erased_at, erasure_requested_at) as at from shoppers
         where coalesce(erased_at, erasure_requested_at) >= ${since} order by at, id`.execute(db)
      const fresh = rows.filter(({ id }) => !known.has(id))
      const lines = fresh.map(({ id, at }) => `${toTimestamp(at)} ${id}\n`)
      if (fresh.length > 0) await append(file, lines.join(''))
      if (all) allAtMs = nowMs
      for (const { id, at } of fresh) {
        known.add(id)
        newestMs = Math.max(newestMs, at.getTime())
      }
      return fresh.length
    },
    async reapply() {
      await load()
      const { rows } = await sql<{ id: ShopperId }>`
        select id from shoppers where id = any(${[...known]}) and erased_at is null
           and erasure_requested_at is null order by id`.execute(db)
      for (const { id } of rows) {
        await erasure.erase(id, 'restored').catch((error: unknown) => {
          // The palms are gone; the rest follows once a payment that came back with the backup has ended.
          if (!(error instanceof Failure && error.code === 'erasure_blocked')) throw error
        })
      }
      return rows.length
    },
  }
}

async function readJournal(file: string): Promise<{ id: string; atMs: number }[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n')
  // A line that a full disk or a kill cut off at the end was never answered for: `follow` writes it again.
  if (lines.pop() !== '') await mendEnd(file, text)
  return lines.map((line, n) => {
    const match = LINE.exec(line)
    if (match === null) throw new Error(`${file} is damaged in line ${n + 1}: it must not be guessed who was erased`)
    return { id: match[2]!, atMs: Date.parse(match[1]!) }
  })
}

async function mendEnd(file: string, text: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.truncate(Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** On the disk when it answers. */
async function append(file: string, text: string): Promise<void> {
  await appendFile(file, text, { mode: 0o600, flush: true })
}
