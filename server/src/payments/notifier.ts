import type pg from 'pg'
import { batched } from '../batch.ts'
import { type Db, hearNews } from '../database.ts'

/** Wakes those who wait for a payment. A hint only: every waiter also looks again by itself. */
export type Notifier = {
  /**
   * Resolves when something may have changed for `topic` (a payment, a terminal, what else `tell` names), after `limitMs`, or when
   * `signal` aborts. `lookAgainMs`: how late a lost hint may be noticed, where that is not urgent.
   */
  next(topic: string, limitMs: number, signal?: AbortSignal, lookAgainMs?: number): Promise<void>
  /** False once the server stops: nobody should wait on. */
  readonly open: boolean
  /** How many wait now. */
  readonly waiting: number
  close(): Promise<void>
}

/** A waiter looks again after this long even without a hint, ms: a lost notification costs no more. */
const LOOK_AGAIN_MS = 1_000
const RECONNECT_MS = 1_000

/** News of one statement. */
const MOST_NEWS = 200
/** Other nodes hear of it so much later at most, in one statement with what else happens meanwhile, ms. */
const GATHER_MS = 20

/**
 * Wakes the waiters of this process for what its transactions tell, and tells the other nodes on the `payment_changed` channel, over one
 * connection of its own that hears them too. Told after the commit: a NOTIFY in it would make commits wait for each other. Who dies in
 * between has told nobody, and while the connection is broken nobody is heard: then the waiters poll.
 */
export function createNotifier({
  db,
  connect,
  moved = () => {},
}: {
  db?: Db
  connect: () => Promise<pg.Client>
  /** Hears in which shop a payment of this process moved. */
  moved?(shopId: string, organisationId: string): void
}): Notifier {
  const waiters = new Map<string, Set<() => void>>()
  let client: pg.Client | null = null
  let open = true
  let timer: NodeJS.Timeout | undefined

  const wake = (topic: string) => {
    for (const resolve of [...(waiters.get(topic) ?? [])]) resolve()
  }

  const hear = (changed: string) => {
    const [paymentId, terminalId] = changed.split(' ')
    if (paymentId) wake(paymentId)
    if (terminalId) wake(terminalId)
  }
  const tellOthers = batched(
    async (changed: string[]) => {
      await client?.query(`select pg_notify('payment_changed', news) from unnest($1::text[]) news`, [changed])
      return changed
    },
    { most: MOST_NEWS, gatherMs: GATHER_MS },
  )
  if (db !== undefined) {
    hearNews(db, (told) => {
      for (const changed of told) {
        hear(changed)
        const [, , shopId, organisationId] = changed.split(' ')
        if (shopId && organisationId) moved(shopId, organisationId)
        tellOthers(changed).catch(() => {})
      }
    })
  }

  const reconnectLater = () => {
    client = null
    if (!open) return
    clearTimeout(timer)
    timer = setTimeout(listen, RECONNECT_MS)
    timer.unref()
  }

  const listen = async () => {
    try {
      const fresh = await connect()
      if (!open) return void (await fresh.end())
      fresh.on('error', reconnectLater)
      fresh.on('end', reconnectLater)
      fresh.on('notification', ({ payload }) => hear(payload ?? ''))
      // A notice that a crash takes with it costs nothing: it must not wait for the disk.
      await fresh.query('set synchronous_commit = off')
      await fresh.query('listen payment_changed')
      client = fresh
    } catch {
      reconnectLater()
    }
  }
  const started = listen()

  const next = (topic: string, limitMs: number, signal?: AbortSignal, lookAgainMs = LOOK_AGAIN_MS) =>
    new Promise<void>((resolve) => {
      if (!open || signal?.aborted) return resolve()
      const queue = waiters.get(topic) ?? new Set()
      waiters.set(topic, queue)
      const done = () => {
        clearTimeout(limit)
        signal?.removeEventListener('abort', done)
        queue.delete(done)
        if (queue.size === 0 && waiters.get(topic) === queue) waiters.delete(topic)
        resolve()
      }
      // Who is deaf looks as often as the most impatient.
      const lookMs = client === null ? LOOK_AGAIN_MS : lookAgainMs
      const limit = setTimeout(done, Math.max(0, Math.min(limitMs, lookMs)))
      signal?.addEventListener('abort', done)
      queue.add(done)
    })

  return {
    next,
    get open() {
      return open
    },
    get waiting() {
      return [...waiters.values()].reduce((sum, queue) => sum + queue.size, 0)
    },
    async close() {
      open = false
      clearTimeout(timer)
      for (const topic of [...waiters.keys()]) wake(topic)
      await started
      const listening = client
      client = null
      listening?.removeAllListeners('end')
      await listening?.end().catch(() => {})
    },
  }
}
