import type { GateEntry, GateSession } from '@paume/contract'
import { withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { adjustCart, finaliseCart, lockOwn, type Reach, recordExit, takeEvents } from './carts.ts'
import {
  type Arrival,
  answerOf,
  type BalanceDraft,
  type Drafted,
  draftBalance,
  draftEntry,
  holdAndAdmit,
  payBalance,
} from './entries.ts'
import { countGroup } from './groups.ts'
import { type GateParts, nowOf } from './parts.ts'
import type { GateCaller, GatePayer } from './ports.ts'
import { settleSession } from './settle.ts'
import { lockSession, moveSession } from './store.ts'
import { sweepGates } from './sweep.ts'
import { viewSession } from './view.ts'

/** Visits to checkout-free shops: who comes in, what they take, what it costs. */
export interface GateService {
  draftEntry(arrival: Arrival): Promise<Drafted>
  holdAndAdmit(drafted: Extract<Drafted, { kind: 'hold' }>, gate: GateCaller, payer: GatePayer): Promise<GateEntry>
  draftBalance(gate: GateCaller, sessionId: string): Promise<BalanceDraft>
  payBalance(draft: BalanceDraft, gate: GateCaller, payer: GatePayer): Promise<GateEntry>
  /** How the entry of that hover stands; null: it made none. */
  entryOf(captureId: string): Promise<GateEntry | null>
  /** A guest's card at the reader: comes in, or pays a balance. Throws `card_setup_unknown`. */
  enterByCard(
    gate: GateCaller,
    wish: { setupId: string; groupSize: number; pays: string | undefined },
  ): Promise<GateEntry>
  session(reach: Reach, sessionId: string): Promise<GateSession>
  takeEvents: (
    reach: Reach,
    sessionId: string,
    events: Parameters<typeof takeEvents>[3],
  ) => ReturnType<typeof takeEvents>
  exit(reach: Reach, sessionId: string, at?: string): Promise<GateSession>
  finalise(reach: Reach, sessionId: string, wish: Parameters<typeof finaliseCart>[3]): Promise<GateSession>
  adjust(reach: Reach, sessionId: string, wish: Parameters<typeof adjustCart>[3]): Promise<GateSession>
  countGroup(reach: Reach, sessionId: string, people: number): Promise<GateSession>
  /** Lets go of what is owed. Throws `gate_state`. */
  waive(sessionId: string, by: { staffId: string | null; reason: string }): Promise<GateSession>
  /** For the server's own use, and for staff once their right to it was checked. */
  byId(sessionId: string): Promise<GateSession>
  sweep(): Promise<void>
}

export function createGateService(parts: GateParts): GateService {
  return {
    draftEntry: (arrival) => draftEntry(parts, arrival),
    holdAndAdmit: (drafted, gate, payer) => holdAndAdmit(parts, drafted, gate, payer),
    draftBalance: (gate, sessionId) => draftBalance(parts, gate, sessionId),
    payBalance: (draft, gate, payer) => payBalance(parts, draft, gate, payer),
    async entryOf(captureId) {
      const row = await parts.db
        .selectFrom('gate_session')
        .selectAll()
        .where('capture_id', '=', captureId)
        .executeTakeFirst()
      return row === undefined ? null : answerOf(row)
    },
    async enterByCard(gate, { setupId, groupSize, pays }) {
      const card = await parts.cards.find(gate.organisationId, setupId)
      if (card === null) throw new Failure('card_setup_unknown')
      const payer = { kind: 'card', card } as const
      if (pays !== undefined) return payBalance(parts, await draftBalance(parts, gate, pays), gate, payer)
      const drafted = await draftEntry(parts, { gate, shopperRef: null, groupSize, captureId: null })
      return drafted.kind === 'answered' ? drafted.entry : holdAndAdmit(parts, drafted, gate, payer)
    },
    async session(reach, sessionId) {
      await withTransaction(parts.db, (tx) => lockOwn(tx, reach, sessionId))
      return viewSession(parts, sessionId)
    },
    takeEvents: (reach, sessionId, events) => takeEvents(parts, reach, sessionId, events),
    exit: (reach, sessionId, at) => recordExit(parts, reach, sessionId, at),
    finalise: (reach, sessionId, wish) => finaliseCart(parts, reach, sessionId, wish),
    adjust: (reach, sessionId, wish) => adjustCart(parts, reach, sessionId, wish),
    countGroup: (reach, sessionId, people) => countGroup(parts, reach, sessionId, people),
    async waive(sessionId, { staffId, reason }) {
      await withTransaction(parts.db, async (tx) => {
        const row = await lockSession(tx, sessionId)
        if (row.state !== 'owing') throw new Failure('gate_state', { detail: `The visit is ${row.state}.` })
        const waived_minor = row.waived_minor + row.owed_minor
        await parts.audit.append(tx, 'gate.balance_waived', {
          sessionId,
          staffId,
          reason,
          amountMinor: Number(row.owed_minor),
        })
        await moveSession(tx, row, 'waive', nowOf(parts), { waived_minor, owed_minor: 0n })
      })
      await settleSession(parts, sessionId)
      return viewSession(parts, sessionId)
    },
    byId: (sessionId) => viewSession(parts, sessionId),
    sweep: () => sweepGates(parts),
  }
}
