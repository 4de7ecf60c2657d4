import type { RefundHover, RefundHoverReason } from '@paume/contract'
import { sql } from 'kysely'
import { isUniqueViolation, type Tx, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { newId } from '../../ids.ts'
import type { Wait } from '../inputs.ts'
import { nowOf, type PaymentParts } from '../parts.ts'
import type { Caller } from '../ports.ts'
import { findActive, MAX_HOVERS } from '../store.ts'
import { refundableOf } from './refundable.ts'
import {
  findRefundHover,
  insertRefundHover,
  lockRefundHover,
  moveRefundHover,
  type RefundHoverRow,
  viewRefundHover,
  waitingOn,
} from './store.ts'

/** How long a hand is waited for, ms. */
const HAND_MS = 60_000
/** How long the till may read what was paid, ms: enough to find the right sale together with the shopper. */
const LIST_MS = 300_000

/** What a hover came to. */
export type RefundHoverOutcome =
  | { kind: 'identified'; shopperId: string }
  | { kind: 'other_palm'; hand: 'L' | 'R' }
  | { kind: 'failed'; reason: RefundHoverReason }
  /** It could not be looked at, for reasons of ours: it costs no try. */
  | { kind: 'lost' }

/**
 * Refunds without a receipt: a shopper shows the hand that paid, the till that asked reads what of this shop was paid with it, and gives
 * one back by the refund of every day. Nothing moves here. Others than the register that asked and the terminal learn nothing:
 * `refund_hover_unknown`.
 */
export interface RefundHoverService {
  /** Throws `terminal_unknown`, `terminal_offline`, `terminal_busy`. */
  begin(caller: Caller, terminalId: string): Promise<RefundHover>
  /** With the payments for the register that asked, while it is matched. */
  find(caller: Caller, id: string, wait: Wait): Promise<RefundHover>
  cancel(caller: Caller, id: string): Promise<RefundHover>
  /** What waits on the caller for a hand; held while that is the version `after` (null: nothing known to wait). */
  waitingAt(
    caller: Caller,
    terminalId: string,
    wait: { waitMs: number; after: { id: string; version: number } | null; signal?: AbortSignal },
  ): Promise<RefundHover | null>
  /** A sealed hover is looked at. Throws `refund_hover_state` while another is. */
  claim(caller: Caller, id: string, captureId: string): Promise<RefundHover>
  /** What came of it. Moves nothing when it is on with another capture, or over. */
  record(id: string, captureId: string, outcome: RefundHoverOutcome): Promise<RefundHover>
  /** Forgets whoever was recognised once the time is over. */
  sweep(): Promise<void>
}

/** Who may see it. Another shop's device learns nothing, nor another register or terminal of this one. */
function checkCaller(row: RefundHoverRow, { deviceId, shopId }: Caller): void {
  if (row.shop_id !== shopId || (deviceId !== row.asked_by && deviceId !== row.terminal_id))
    throw new Failure('refund_hover_unknown')
}

export function createRefundHovers(parts: PaymentParts): RefundHoverService {
  const { db, notifier } = parts
  /** Locks it, ends it when its time is over, and does the work where it is not. */
  const step = (id: string, work: (tx: Tx, row: RefundHoverRow, now: Date) => Promise<RefundHoverRow>) =>
    withTransaction(db, async (tx) => {
      const now = nowOf(parts)
      const row = await lockRefundHover(tx, id)
      const open = row.state === 'waiting' || row.state === 'matched'
      if (open && row.deadline_at <= now) return moveRefundHover(tx, row, { state: 'expired' })
      return work(tx, row, now)
    })
  const current = async (id: string): Promise<RefundHoverRow> => {
    const row = await findRefundHover(db, id)
    if (row === null) throw new Failure('refund_hover_unknown')
    const open = row.state === 'waiting' || row.state === 'matched'
    return open && row.deadline_at <= nowOf(parts) ? step(id, async (_tx, same) => same) : row
  }
  const tell = (tx: Tx, event: string, row: RefundHoverRow, more: Record<string, string> = {}) =>
    parts.audit.append(tx, `refund_hover.${event}`, {
      refundHoverId: row.id,
      terminalId: row.terminal_id,
      askedBy: row.asked_by,
      ...more,
    })

  return {
    async begin(caller, terminalId) {
      const terminal = await parts.terminals.find(terminalId)
      if (terminal?.kind !== 'terminal' || terminal.shopId !== caller.shopId) throw new Failure('terminal_unknown')
      const silentSinceMs = parts.clock.nowMs() - parts.timing.terminalSilentMs
      if (terminal.revoked || terminal.lastSeenAt === null || terminal.lastSeenAt.getTime() < silentSinceMs)
        throw new Failure('terminal_offline')
      if (await findActive(db, terminalId)) throw new Failure('terminal_busy')
      const before = await openOn(terminalId)
      if (before?.asked_by === caller.deviceId) return viewRefundHover(before)
      try {
        return viewRefundHover(await insert(caller, terminalId))
      } catch (error) {
        if (isUniqueViolation(error, 'payment_refund_hover_one'))
          throw new Failure('terminal_busy', {}, { cause: error })
        throw error
      }
    },

    async find(caller, id, { waitMs, afterVersion, signal }) {
      const untilMs = performance.now() + waitMs
      for (;;) {
        const row = await current(id)
        checkCaller(row, caller)
        const leftMs = untilMs - performance.now()
        if (row.version > afterVersion || leftMs <= 0 || signal?.aborted || !notifier.open) {
          const shown = viewRefundHover(row)
          const mine = row.state === 'matched' && caller.deviceId === row.asked_by
          return mine ? { ...shown, payments: await refundableOf(parts, row) } : shown
        }
        await notifier.next(id, leftMs, signal)
      }
    },

    async cancel(caller, id) {
      checkCaller(await current(id), caller)
      const row = await step(id, async (tx, locked) => {
        if (locked.state !== 'waiting' && locked.state !== 'matched') return locked
        const cancelled = await moveRefundHover(tx, locked, { state: 'cancelled' })
        await tell(tx, 'cancelled', cancelled)
        return cancelled
      })
      return viewRefundHover(row)
    },

    async waitingAt(caller, terminalId, { waitMs, after, signal }) {
      if (caller.deviceId !== terminalId) throw new Failure('terminal_unknown')
      const untilMs = performance.now() + waitMs
      for (;;) {
        const row = await waitingOn(db, terminalId, nowOf(parts))
        const known = row === null ? after === null : after?.id === row.id && after.version >= row.version
        const leftMs = untilMs - performance.now()
        if (!known || leftMs <= 0 || signal?.aborted || !notifier.open) return row && viewRefundHover(row)
        await notifier.next(terminalId, leftMs, signal)
      }
    },

    async claim(caller, id, captureId) {
      if (caller.deviceId !== (await current(id)).terminal_id) throw new Failure('refund_hover_unknown')
      const row = await step(id, async (tx, locked, now) => {
        const stale = now.getTime() - (locked.captured_at?.getTime() ?? 0) > parts.timing.hoverStaleMs
        if (locked.state !== 'waiting' || (locked.capture_id !== null && !stale))
          throw new Failure('refund_hover_state')
        return moveRefundHover(tx, locked, { capture_id: captureId, captured_at: now })
      })
      if (row.capture_id !== captureId) throw new Failure('refund_hover_state')
      return viewRefundHover(row)
    },

    async record(id, captureId, outcome) {
      const row = await step(id, async (tx, locked, now) => {
        if (locked.state !== 'waiting' || locked.capture_id !== captureId) return locked
        const free = { capture_id: null, captured_at: null, asked_hand: null }
        if (outcome.kind === 'lost') return moveRefundHover(tx, locked, free)
        if (outcome.kind === 'other_palm') return moveRefundHover(tx, locked, { ...free, asked_hand: outcome.hand })
        if (outcome.kind === 'identified') {
          const deadline_at = new Date(now.getTime() + LIST_MS)
          const fields = { ...free, state: 'matched' as const, shopper_id: outcome.shopperId, deadline_at }
          const matched = await moveRefundHover(tx, locked, fields)
          await tell(tx, 'matched', matched)
          return matched
        }
        const hovers_left = Math.max(0, locked.hovers_left - 1)
        if (hovers_left > 0) return moveRefundHover(tx, locked, { ...free, hovers_left })
        const { reason } = outcome
        const failed = await moveRefundHover(tx, locked, { ...free, hovers_left, state: 'failed', reason })
        await tell(tx, 'failed', failed, { reason })
        return failed
      })
      return viewRefundHover(row)
    },

    async sweep() {
      await sql`
        update payment_refund_hover set state = 'expired', shopper_id = null, version = version + 1
         where state in ('waiting', 'matched') and deadline_at <= ${nowOf(parts)}`.execute(db)
    },
  }

  /** The one that waits there, when its time is not over; one whose time is over makes room. */
  async function openOn(terminalId: string): Promise<RefundHoverRow | null> {
    const now = nowOf(parts)
    await sql`
      update payment_refund_hover set state = 'expired', version = version + 1
       where terminal_id = ${terminalId} and state = 'waiting' and deadline_at <= ${now}`.execute(db)
    return waitingOn(db, terminalId, now)
  }

  function insert({ deviceId, shopId, organisationId }: Caller, terminalId: string): Promise<RefundHoverRow> {
    return withTransaction(db, async (tx) => {
      const now = nowOf(parts)
      const row = await insertRefundHover(tx, {
        id: newId('refundHover', now.getTime()),
        organisation_id: organisationId,
        shop_id: shopId,
        terminal_id: terminalId,
        asked_by: deviceId,
        hovers_left: MAX_HOVERS,
        created_at: now,
        deadline_at: new Date(now.getTime() + HAND_MS),
      })
      await tell(tx, 'begun', row)
      return row
    })
  }
}
