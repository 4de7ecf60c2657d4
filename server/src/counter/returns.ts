import { createHash } from 'node:crypto'
import { type ReturnRequest, returnedSum, type TicketReturn, type TicketWrite } from '@paume/contract'
import type { Selectable } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { Till, TillMoney } from './ports.ts'
import type { CounterTables } from './tables.ts'

/** A return whose register or server went away in the middle is taken up again after this time, ms: longer than any request takes. */
const RESUME_AFTER_MS = 60_000

/** Lines of a ticket that come back, and the money for them. */
export interface Returns {
  /**
   * Claims the lines, then gives the money. The same key is the same return. Throws `not_found`, `line_returned` for lines that came back
   * before, `amount_invalid` for shares that are not what the lines cost, and what payments refuse (then the lines are free again).
   */
  giveBack(till: Till, reference: string, request: ReturnRequest, key: string): Promise<TicketReturn>
  /** How many of each line have come back or are about to. */
  countsOf(tx: Tx, shopId: string, reference: string, lines: number): Promise<number[]>
  /** Goes on with what stands half done. */
  sweep(): Promise<void>
}

type ReturnRow = Selectable<CounterTables['counter_return']>
type ShareRow = Selectable<CounterTables['counter_return_share']>

const viewOf = (row: ReturnRow, shares: ShareRow[]): TicketReturn => ({
  id: row.id,
  reference: row.reference,
  state: row.state,
  lines: row.lines,
  linesMinor: Number(row.lines_minor),
  adjustMinor: Number(row.adjust_minor),
  taxes: row.taxes,
  shares: shares.map(({ part_id: partId, amount_minor: amount, state }) => ({
    partId,
    amountMinor: Number(amount),
    state,
  })),
  createdAt: row.created_at.toISOString(),
})

const sharesOf = (db: Pick<Db, 'selectFrom'>, returnId: string) =>
  db.selectFrom('counter_return_share').selectAll().where('return_id', '=', returnId).orderBy('place').execute()

/** One line named twice is one wish. Throws `line_returned` for more than is left, and for lines the ticket does not have. */
function afterwards(ticket: TicketWrite, before: readonly number[], lines: ReturnRequest['lines']): number[] {
  const after = [...before]
  for (const { line, quantity } of lines) {
    const sold = ticket.lines[line]
    const back = (after[line] ?? 0) + quantity
    if (!sold || back > sold.quantity)
      throw new Failure('line_returned', {
        detail: sold ? `${sold.quantity - (before[line] ?? 0)} of “${sold.name}” can come back.` : 'No such line.',
      })
    after[line] = back
  }
  return after
}

/** What the lines cost. Throws `amount_invalid` when the shares are anything else. */
function priced(ticket: TicketWrite, before: number[], { lines, adjustMinor = 0, shares }: ReturnRequest) {
  const sum = returnedSum(ticket, before, afterwards(ticket, before, lines))
  const due = sum.linesMinor + BigInt(adjustMinor)
  const given = shares.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n)
  if (given !== due) throw new Failure('amount_invalid', { detail: `What comes back costs ${due}, not ${given}.` })
  if (new Set(shares.map(({ partId }) => partId)).size < shares.length)
    throw new Failure('amount_invalid', { detail: 'One share for each part.' })
  return sum
}

export function createReturns({ db, clock, money }: { db: Db; clock: Clock; money: TillMoney }): Returns {
  /** A palm refund that the processor refused in the end: its lines are free again, unless other money of them moved or a day counts them. */
  async function noteFailed(tx: Tx, rows: ReturnRow[]): Promise<void> {
    const given = rows.filter(({ state, day_number: counted }) => state === 'given' && counted === null)
    if (given.length === 0) return
    const failed = await money.failedOf(
      tx,
      given.map(({ id }) => id),
    )
    if (failed.size === 0) return
    for (const row of given) {
      const shares = await sharesOf(tx, row.id)
      const lost = shares.filter((share) => failed.has(`${row.id} ${share.part_id}`))
      for (const { place } of lost) await markShare(tx, row.id, place, 'failed')
      if (lost.length < shares.length) continue
      await tx.updateTable('counter_return').set({ state: 'failed' }).where('id', '=', row.id).execute()
      row.state = 'failed'
    }
  }

  async function countsOf(tx: Tx, shopId: string, reference: string, lines: number): Promise<number[]> {
    const rows = await tx
      .selectFrom('counter_return')
      .selectAll()
      .where('shop_id', '=', shopId)
      .where('reference', '=', reference)
      .where('state', '<>', 'failed')
      .execute()
    await noteFailed(tx, rows)
    const counts = Array.from({ length: lines }, () => 0)
    for (const row of rows)
      if (row.state !== 'failed') for (const { line, quantity } of row.lines) counts[line]! += quantity
    return counts
  }

  /** The lines are claimed under the lock of their ticket: two registers do not both give back the last one. */
  const claim = (till: Till, reference: string, request: ReturnRequest, key: string) =>
    withTransaction(db, async (tx) => {
      const sha256 = createHash('sha256')
        .update(JSON.stringify([till.shopId, reference, request]))
        .digest('hex')
      const ticket = await tx
        .selectFrom('counter_ticket')
        .select('body')
        .where('shop_id', '=', till.shopId)
        .where('reference', '=', reference)
        .forUpdate()
        .executeTakeFirst()
      if (!ticket) throw new Failure('not_found')
      const seen = await tx
        .selectFrom('counter_return')
        .selectAll()
        .where('device_id', '=', till.deviceId)
        .where('key', '=', key)
        .executeTakeFirst()
      if (seen && seen.request_sha256 !== sha256) throw new Failure('idempotency_key_conflict')
      if (seen) return seen
      const before = await countsOf(tx, till.shopId, reference, ticket.body.lines.length)
      const { linesMinor, taxes } = priced(ticket.body, before, request)
      const numbers = taxes.map(({ taxBasisPoints, netMinor, taxMinor }) => ({
        taxBasisPoints,
        netMinor: Number(netMinor),
        taxMinor: Number(taxMinor),
      }))
      const row = await tx
        .insertInto('counter_return')
        .values({
          id: newId('ticketReturn', clock.nowMs()),
          shop_id: till.shopId,
          organisation_id: till.organisationId,
          reference,
          device_id: till.deviceId,
          key,
          request_sha256: sha256,
          lines: JSON.stringify(request.lines),
          taxes: JSON.stringify(numbers),
          lines_minor: linesMinor,
          adjust_minor: BigInt(request.adjustMinor ?? 0),
          state: 'open',
          day_number: null,
          created_at: new Date(clock.nowMs()),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      const shares = request.shares.map(({ partId, amountMinor }, place) => ({
        return_id: row.id,
        place,
        part_id: partId,
        amount_minor: BigInt(amountMinor),
        state: 'open' as const,
      }))
      await tx.insertInto('counter_return_share').values(shares).execute()
      return row
    })

  /** Gives what has not been given yet, each share under a key of its own: however often this runs, each moves once. */
  async function finish(row: ReturnRow): Promise<TicketReturn> {
    const till: Till = { deviceId: row.device_id, shopId: row.shop_id, organisationId: row.organisation_id }
    let refused: Failure | undefined
    for (const share of await sharesOf(db, row.id)) {
      if (share.state !== 'open') continue
      try {
        await money.giveBack(till, {
          reference: row.reference,
          partId: share.part_id,
          amountMinor: Number(share.amount_minor),
          returnId: row.id,
          key: `${row.id}/${share.place}`,
        })
        await markShare(db, row.id, share.place, 'given')
      } catch (error) {
        if (!isRefusal(error)) throw error
        refused ??= error
        await markShare(db, row.id, share.place, 'failed')
      }
    }
    const shares = await sharesOf(db, row.id)
    const state = shares.some((share) => share.state === 'given') ? 'given' : 'failed'
    await db.updateTable('counter_return').set({ state }).where('id', '=', row.id).where('state', '=', 'open').execute()
    if (state === 'failed' && refused) throw refused
    return viewOf({ ...row, state }, shares)
  }

  return {
    countsOf,
    async giveBack(till, reference, request, key) {
      const row = await claim(till, reference, request, key)
      return row.state === 'open' ? finish(row) : viewOf(row, await sharesOf(db, row.id))
    },
    async sweep() {
      const rows = await db
        .selectFrom('counter_return')
        .selectAll()
        .where('state', '=', 'open')
        .where('created_at', '<', new Date(clock.nowMs() - RESUME_AFTER_MS))
        .orderBy('created_at')
        .limit(100)
        .execute()
      for (const row of rows)
        await finish(row).catch((error: unknown) => {
          if (!isRefusal(error)) throw error
        })
    },
  }
}

const markShare = (
  on: Pick<Db, 'updateTable'>,
  returnId: string,
  place: number,
  state: ShareRow['state'],
): Promise<unknown> =>
  on
    .updateTable('counter_return_share')
    .set({ state })
    .where('return_id', '=', returnId)
    .where('place', '=', place)
    .execute()

const REFUSALS = ['amount_exceeds', 'amount_invalid', 'payment_state', 'payment_unknown', 'sale_part_unknown']
/** Nothing moved and nothing will. Everything else leaves the share open, to be asked again under its key. */
const isRefusal = (error: unknown): error is Failure => error instanceof Failure && REFUSALS.includes(error.code)
