import type { Clock } from '../../../clock.ts'
import { createRounds, type Rounds } from '../../../rounds.ts'
import { type Books, findCharge, readSetting } from './books.ts'
import type { Chaos } from './chaos.ts'
import { chargeAt, disputesAt } from './charge-record.ts'
import type { EventRow } from './events.ts'
import { fetchInstrument } from './instruments.ts'
import { messageBody } from './messages.ts'
import { sign } from './signature.ts'

/** Between two looks for messages that are due, ms. */
const ROUND_EVERY_MS = 1_000
const BATCH = 100
/** How long the receiver may take, ms. */
const ANSWER_WITHIN_MS = 5_000
/** A message that a node took and did not finish is free again after this long, ms. */
const LEASE_MS = 60_000
/** After a delivery that failed the message waits this long, ms; after the last of them it is given up. */
const RETRY_AFTER_MS = [5_000, 30_000, 300_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000] as const

/** How long messages are kept that were taken or given up, ms: 30 days. */
const KEPT_MS = 30 * 24 * 3_600_000
const PRUNE_EVERY_MS = 3_600_000

/** Each round sends what is due and answers how many messages arrived. */
export type Deliveries = Rounds

export type DeliveryOptions = {
  books: Books
  /** The world's clock: it times tries and signatures. What has happened is a matter of the processor's own. */
  clock: Clock
  chaos: Chaos
  /** Our address. */
  url: string
}

type Due = EventRow & { attempts: number }

const CLAIM = `
  update sandbox_processor.event set due_at = $3, attempts = attempts + 1 where id in (
    select id from sandbox_processor.event
     where delivered_at is null and dropped is null and due_at <= $1 and occurs_at <= $2
     order by occurs_at, seq limit ${BATCH} for update skip locked)
  returning id, type, object, occurs_at, attempts, seq`

/** Writes the messages of authorisations that lapsed since the last look. Each is told once. */
const TELL_LAPSES = `
  with lapsed as (
    update sandbox_processor.charge set closed = true where ref in (
      select ref from sandbox_processor.charge where not closed and capturable_until <= $1
       limit 1000 for update skip locked)
    returning ref, capturable_until)
  insert into sandbox_processor.event (id, type, object, occurs_at)
  select 'sbx_ev_' || replace(gen_random_uuid()::text, '-', ''), 'charge.lapsed',
         jsonb_build_object('kind', 'charge', 'chargeRef', ref), capturable_until
    from lapsed order by capturable_until`

/** Sends the processor's messages to us, each until it is taken or given up. Nodes may run it side by side. */
export function createDeliveries({ books, clock, chaos, url }: DeliveryOptions): Deliveries {
  let pruneAtMs = 0

  async function prune(): Promise<void> {
    if (clock.nowMs() < pruneAtMs) return
    pruneAtMs = clock.nowMs() + PRUNE_EVERY_MS
    const { now } = await readSetting(books)
    const text = `delete from sandbox_processor.event
      where occurs_at < $1 and (delivered_at is not null or dropped is not null)`
    await books.write('prune-events', text, [new Date(now.getTime() - KEPT_MS)])
  }

  async function claim(): Promise<Due[]> {
    const { now, setting } = await readSetting(books)
    if (setting.event_types.includes('charge.lapsed')) await books.write('tell-lapses', TELL_LAPSES, [now])
    const happenedBy = new Date(now.getTime() - chaos.webhooks.delayMs)
    const leased = new Date(clock.nowMs() + LEASE_MS)
    const rows = await books.write<Due & { seq: bigint }>('claim-events', CLAIM, [
      new Date(clock.nowMs()),
      happenedBy,
      leased,
    ])
    rows.sort((a, b) => a.occurs_at.getTime() - b.occurs_at.getTime() || Number(a.seq - b.seq))
    return chaos.webhooks.shuffled ? rows.reverse() : rows
  }

  async function post(body: Buffer): Promise<boolean> {
    if (chaos.webhooks.lose > 0) {
      chaos.webhooks.lose -= 1
      return false
    }
    const { webhook_secret } = (await readSetting(books)).setting
    const headers = { 'content-type': 'application/json', ...sign(webhook_secret, body, new Date(clock.nowMs())) }
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const reply = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body), redirect: 'error', signal })
    await reply.body?.cancel()
    return reply.ok
  }

  const close = (id: string, column: 'delivered_at' | 'dropped', value: Date | string) =>
    books.write(`event-${column}`, `update sandbox_processor.event set ${column} = $2 where id = $1`, [id, value])

  async function deliver(event: Due): Promise<boolean> {
    if (!(await cameTrue(books, event))) {
      await close(event.id, 'dropped', 'did_not_happen')
      return false
    }
    const body = messageBody(event)
    let taken = await post(body).catch(() => false)
    if (chaos.webhooks.twice) taken = (await post(body).catch(() => false)) || taken
    if (taken) {
      await close(event.id, 'delivered_at', new Date(clock.nowMs()))
      return true
    }
    const waitMs = RETRY_AFTER_MS[event.attempts - 1]
    if (waitMs === undefined) await close(event.id, 'dropped', 'given_up')
    else {
      const text = 'update sandbox_processor.event set due_at = $2 where id = $1'
      await books.write('event-later', text, [event.id, new Date(clock.nowMs() + waitMs)])
    }
    return false
  }

  async function round(): Promise<number> {
    let delivered = 0
    while (!chaos.down) {
      const due = await claim()
      for (const event of due) if (await deliver(event)) delivered += 1
      if (due.length < BATCH) break
    }
    if (!chaos.down) await prune()
    return delivered
  }
  // Its books away or not: the next round asks again, as an outside processor would.
  return createRounds(round, { everyMs: ROUND_EVERY_MS, onFailure: () => {} })
}

/** Whether what was written down ahead of its time happened after all. */
async function cameTrue(books: Books, { type, object }: EventRow): Promise<boolean> {
  if (object.kind === 'instrument') {
    const state = await fetchInstrument(books, object.token)
    return state !== null && !(state.kind === 'unusable' && state.reason === 'forgotten')
  }
  const { record, now } = await findCharge(books, { ref: object.chargeRef })
  if (record === null) return false
  if (object.kind === 'charge') return type !== 'charge.lapsed' || chargeAt(record, false, now).state === 'lapsed'
  const dispute = disputesAt(record, now).find(({ ref }) => ref === object.disputeRef)
  if (type === 'dispute.won' || type === 'dispute.lost') return dispute?.state === type.slice('dispute.'.length)
  return dispute !== undefined
}
