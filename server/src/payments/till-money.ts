import type { TenderDay } from '@paume/contract'
import { sql } from 'kysely'
import type { Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import type { PaymentParts } from './parts.ts'
import type { SaleService } from './sales.ts'
import type { PaymentService } from './service.ts'
import { booksThen, openSum, tendersThen } from './till-day.ts'

/** What the counter needs to know of a shop's money, in a snapshot of its own making, and what it may move: refunds. */
export interface TillMoney {
  currencyOf(shopId: string): Promise<string | null>
  /** Of all time. */
  totals(tx: Tx, shopId: string): Promise<{ tenders: TenderDay[]; books: { kind: string; balanceMinor: number }[] }>
  open(tx: Tx, shopId: string): Promise<{ count: number; amountMinor: number }>
  paidOf(tx: Tx, shopId: string, references: string[]): Promise<ReadonlySet<string>>
  giveBack(
    till: { deviceId: string; shopId: string; organisationId: string },
    share: { reference: string; partId: string; amountMinor: number; returnId: string; key: string },
  ): Promise<void>
  failedOf(tx: Tx, returnIds: string[]): Promise<ReadonlySet<string>>
}

const ALWAYS = () => sql<boolean>`true`
/** Parts of a sale carry its number and their place in it. */
const saleReference = (reference: string) => reference.replace(/\/\d+$/, '')

export function createTillMoney(
  parts: Pick<PaymentParts, 'payees'>,
  { payments, sales }: { payments: PaymentService; sales: SaleService },
): TillMoney {
  return {
    currencyOf: async (shopId) => (await parts.payees.byShop(shopId))?.currency ?? null,

    async totals(tx, shopId) {
      const books = (await booksThen(shopId, ALWAYS).execute(tx)).rows
      return {
        tenders: await tendersThen(tx, shopId, ALWAYS),
        books: books.map(({ kind, balance }) => ({ kind, balanceMinor: Number(balance) })),
      }
    },

    open: (tx, shopId) => openSum(tx, shopId, ALWAYS),

    async paidOf(tx, shopId, references) {
      const { rows } = await sql<{ reference: string }>`
        select reference from payment
         where shop_id = ${shopId} and reference = any(${references}::text[]) and sale_id is null
           and state = 'approved' and captured_minor > 0 and reversal is null
        union
        select s.reference from payment_sale s
         where s.shop_id = ${shopId} and s.reference = any(${references}::text[])
           and s.total_minor <=
             coalesce((select sum(p.captured_minor - p.tip_minor) from payment p
                        where p.sale_id = s.id and p.state = 'approved' and p.captured_minor > 0 and p.reversal is null), 0)
           + coalesce((select sum(o.amount_minor) from payment_other_tender o where o.sale_id = s.id), 0)`.execute(tx)
      return new Set(rows.map(({ reference }) => reference))
    },

    async giveBack(till, { reference, partId, amountMinor, returnId: reason, key }) {
      const caller = { ...till, kind: 'register' as const }
      const idempotent = {
        key,
        method: 'POST',
        path: `/v1/tickets/${reference}/returns`,
        body: { partId, amountMinor },
      }
      if (partId.startsWith('pay_')) {
        const payment = await payments.byId(partId, caller)
        if (saleReference(payment.reference) !== reference) throw new Failure('sale_part_unknown')
        await payments.refund(caller, partId, { amountMinor, reason }, idempotent)
        return
      }
      const among = await sales.byReference(caller, reference)
      const sale = among.find((each) => each.parts.some(({ id }) => id === partId))
      if (!sale) throw new Failure('sale_part_unknown')
      await sales.refund(caller, sale.id, { partId, amountMinor, reason }, idempotent)
    },

    async failedOf(tx, returnIds) {
      const { rows } = await sql<{ returnId: string; partId: string }>`
        select note as "returnId", payment_id as "partId" from payment_operation
         where kind = 'refund' and state = 'failed' and note = any(${returnIds}::text[])`.execute(tx)
      return new Set(rows.map(({ returnId, partId }) => `${returnId} ${partId}`))
    },
  }
}
