import type { Clock } from '../../clock.ts'
import { type Db, isDatabaseGone } from '../../database.ts'
import { createRounds, type Rounds } from '../../rounds.ts'
import { type DueEvent, recordPush, takeDueEvents } from './event-store.ts'
import type { NexoKeys } from './keys.ts'
import type { TillPush } from './ports.ts'

/** Between two looks for events that are due, ms. */
const ROUND_EVERY_MS = 500
/** Waiting times after the first, second … attempt that failed, ms. A result is of no use to a till the day after: it asks for it then. */
export const PUSH_AGAIN_MS = [2_000, 10_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 36_000_000] as const

/** Each round pushes what is due and answers how many attempts were made. */
export type EventPusher = Rounds

type Needs = {
  db: Db
  clock: Clock
  keys: Pick<NexoKeys, 'eventTarget'>
  push: TillPush
  onFailure(error: unknown): void
}

/** Brings events to tills that said where to; a till that asks instead gets the very same ones. */
export function createEventPusher(needs: Needs): EventPusher {
  const { db, clock, onFailure } = needs
  const round = async () => {
    const due = await takeDueEvents(db, new Date(clock.nowMs()))
    await Promise.all(
      due.map((event) => pushOne(needs, event).catch((error) => isDatabaseGone(error) || onFailure(error))),
    )
    return due.length
  }
  return createRounds(round, { everyMs: ROUND_EVERY_MS, isMore: (count) => count > 0, onFailure })
}

async function pushOne({ db, clock, keys, push }: Needs, event: DueEvent): Promise<void> {
  const target = await keys.eventTarget(event.keyId)
  if (target === null) {
    // Revoked, or taken back by the till, since it was written.
    await recordPush(db, event, { state: 'failed', dueAt: null, status: null, fault: 'nowhere' })
    return
  }
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Paume-Nexo/1',
    ...(target.authorization === null ? {} : { authorization: target.authorization }),
  }
  const sent = await push.send(target.url, { headers, body: Buffer.from(JSON.stringify(event.body)) })
  const waitMs = PUSH_AGAIN_MS[event.attempts - 1]
  const again = !sent.delivered && waitMs !== undefined
  await recordPush(db, event, {
    state: sent.delivered ? 'delivered' : again ? 'pending' : 'failed',
    dueAt: again ? new Date(clock.nowMs() + Math.max(waitMs, sent.retryAfterMs ?? 0)) : null,
    status: sent.status,
    fault: sent.fault,
  })
}
