import { randomBytes } from 'node:crypto'
import type { ConsoleNews } from '@paume/contract'
import type pg from 'pg'
import { batched } from '../batch.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import type { Announce } from './ports.ts'

/** News with its place in what this node has told; `id` is good on this node only, until it stops. */
export type NumberedNews = { number: number; news: ConsoleNews }

export type NewsBus = {
  announce: Announce
  /** Hears all news of all nodes from now on; answers how to stop. */
  listen(listener: (news: NumberedNews) => void): () => void
  /** What an event after `number` is called. */
  idOf(number: number): string
  /** What was told after the event of this id, oldest first; null when that is not known any more: look again at everything. */
  since(id: string): NumberedNews[] | null
  /** The number of the newest. */
  readonly newest: number
  start(): void
  close(): Promise<void>
}

const CHANNEL = 'paume_console'
/** News that are remembered for those who come back. */
const MOST_REMEMBERED = 2_000
/** Other nodes hear of it so much later at most, in one statement with what else happens meanwhile, ms. */
const GATHER_MS = 50
const MOST_A_STATEMENT = 200
const RECONNECT_MS = 1_000

/**
 * Tells pages what changed: those of this node at once, those of other nodes by NOTIFY, over a connection of its own. Nothing is promised:
 * a page that missed something shows it at its next look, and a stream that lost its thread says so.
 */
export function createNewsBus({ clock, connect }: { clock: Clock; connect(): Promise<pg.Client> }): NewsBus {
  const node = randomBytes(6).toString('hex')
  const listeners = new Set<(news: NumberedNews) => void>()
  const remembered: NumberedNews[] = []
  let newest = 0
  let client: pg.Client | null = null
  let open = false
  let timer: NodeJS.Timeout | undefined
  let connecting: Promise<void> = Promise.resolve()

  const deliver = (news: ConsoleNews) => {
    const numbered = { number: ++newest, news }
    remembered.push(numbered)
    if (remembered.length > MOST_REMEMBERED) remembered.splice(0, remembered.length - MOST_REMEMBERED)
    for (const listener of [...listeners]) listener(numbered)
  }
  const tellOthers = batched(
    async (told: ConsoleNews[]) => {
      const words = told.map((news) => JSON.stringify({ node, news }))
      await client?.query('select pg_notify($1, word) from unnest($2::text[]) word', [CHANNEL, words])
      return told
    },
    { most: MOST_A_STATEMENT, gatherMs: GATHER_MS },
  )
  const hear = (payload: string | undefined) => {
    const told = JSON.parse(payload ?? '{}') as { node?: string; news?: ConsoleNews }
    if (told.news !== undefined && told.node !== node) deliver(told.news)
  }
  const reconnectLater = () => {
    client = null
    clearTimeout(timer)
    if (!open) return
    timer = setTimeout(() => {
      connecting = listenThere()
    }, RECONNECT_MS)
    timer.unref()
  }
  const listenThere = async () => {
    try {
      const fresh = await connect()
      if (!open) return void (await fresh.end())
      fresh.on('error', reconnectLater)
      fresh.on('end', reconnectLater)
      fresh.on('notification', ({ payload }) => hear(payload))
      await fresh.query('set synchronous_commit = off')
      await fresh.query(`listen ${CHANNEL}`)
      client = fresh
      // What others told in between was missed.
      if (newest > 0) remembered.length = 0
    } catch {
      reconnectLater()
    }
  }
  return {
    announce(news) {
      const dated: ConsoleNews = { ...news, at: toTimestamp(clock.nowMs()) }
      deliver(dated)
      if (open) tellOthers(dated).catch(() => {})
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    idOf: (number) => `${node}-${number}`,
    since(id) {
      const [from, text] = id.split('-')
      const number = Number(text)
      if (from !== node || !Number.isSafeInteger(number) || number > newest) return null
      if (number === newest) return []
      if (remembered.length === 0 || remembered[0]!.number > number + 1) return null
      return remembered.filter((one) => one.number > number)
    },
    get newest() {
      return newest
    },
    start() {
      if (open) return
      open = true
      connecting = listenThere()
    },
    async close() {
      open = false
      clearTimeout(timer)
      await connecting
      const listening = client
      client = null
      listening?.removeAllListeners('end')
      await listening?.end().catch(() => {})
    },
  }
}
