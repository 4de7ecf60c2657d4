import type pg from 'pg'
import { send } from './database-statements.ts'

/** Connections that all reading outside transactions shares. */
const CONNECTIONS = 2
/** Who waits this long for an answer stands behind something slow: the next one takes another connection, ms. */
const SLOW_MS = 25
/** The tables changed under a prepared statement; everything that this connection prepared is forgotten with it. */
const STALE_PLAN = '0A000'

type Line = { client: Promise<pg.Client>; waiting: Set<number> }

export type Reader = {
  /** The answer of a statement that only reads; `busy` when what stands before it takes long. */
  read(text: string, values: readonly unknown[]): Promise<pg.QueryResult | 'busy'>
  close(): Promise<void>
}

/** Reading side by side: answers come in the order that was asked, so a slow statement sends those behind it elsewhere. */
export function readerOf(connect: () => Promise<pg.Client>): Reader {
  const lines: (Line | null)[] = Array.from({ length: CONNECTIONS }, () => null)

  const open = (place: number): Line => {
    const drop = () => {
      if (lines[place] === line) lines[place] = null
    }
    const client = connect().then((fresh) => {
      fresh.once('error', drop)
      fresh.once('end', drop)
      return fresh
    })
    client.catch(drop)
    const line: Line = { client, waiting: new Set() }
    lines[place] = line
    return line
  }

  const shortest = (): Line => {
    let best = 0
    for (let place = 1; place < lines.length; place++) {
      if ((lines[place]?.waiting.size ?? 0) < (lines[best]?.waiting.size ?? 0)) best = place
    }
    return lines[best] ?? open(best)
  }

  const once = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult | 'busy'> => {
    const line = shortest()
    const [oldest] = line.waiting
    const nowMs = performance.now()
    if (oldest !== undefined && nowMs - oldest > SLOW_MS) return 'busy'
    // Two that ask at the very same time are two.
    let mark = nowMs
    while (line.waiting.has(mark)) mark += 1e-6
    line.waiting.add(mark)
    try {
      return await send(await line.client, text, values, { shared: true })
    } catch (error) {
      if ((error as { code?: string }).code === STALE_PLAN) {
        const place = lines.indexOf(line)
        if (place >= 0) lines[place] = null
        void line.client.then((client) => client.end()).catch(() => {})
      }
      throw error
    } finally {
      line.waiting.delete(mark)
    }
  }

  return {
    read: (text, values) =>
      once(text, values).catch((error: unknown) => {
        if ((error as { code?: string }).code === STALE_PLAN) return once(text, values)
        throw error
      }),
    async close() {
      const open = lines.splice(0).filter((line) => line !== null)
      await Promise.all(open.map(async ({ client }) => (await client.catch(() => null))?.end()))
    },
  }
}
