import {
  CURRENCIES,
  type Currency,
  MAX_AMOUNT_MINOR,
  type OtherTenderRecord,
  type Sale,
  type SaleCreate,
  type SalePart,
  type SaleRefundRequest,
} from '@paume/contract'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { wholeMinor } from './capture.ts'
import { claimKey, keepReply } from './idempotency.ts'
import type { IdempotentRequest } from './inputs.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller } from './ports.ts'
import { publish } from './published.ts'
import { refundPayment } from './refund.ts'
import {
  assertLeft,
  balanceOf,
  findSale,
  findSales,
  lockSale,
  type OtherTenderRow,
  partsOf,
  type SaleParts,
  type SaleRow,
} from './sale-store.ts'
import { findPayment, type PaymentRow } from './store.ts'

/**
 * A sale that is paid by several payments, by cash or a card elsewhere, until nothing is left. Every method answers the sale as it
 * stands. Of another shop's sale nothing is learnt: `sale_unknown`.
 */
export interface SaleService {
  /** Throws `amount_invalid`, `currency_unsupported`. */
  create(caller: Caller, request: SaleCreate, idempotent: IdempotentRequest): Promise<Sale>
  byId(caller: Caller, saleId: string): Promise<Sale>
  byReference(caller: Caller, reference: string): Promise<Sale[]>
  /** Notes what was paid elsewhere. Throws `amount_exceeds` above what is left. */
  recordOtherTender(
    caller: Caller,
    saleId: string,
    tender: OtherTenderRecord,
    idempotent: IdempotentRequest,
  ): Promise<Sale>
  /** Gives one part back: a palm payment to its card, what was paid elsewhere by the till itself. Throws `sale_part_unknown`. */
  refund(caller: Caller, saleId: string, refund: SaleRefundRequest, idempotent: IdempotentRequest): Promise<Sale>
}

export function createSaleService(parts: PaymentParts): SaleService {
  const { db } = parts
  const view = async (sale: SaleRow, on: typeof db | Tx = db) => saleView(sale, await partsOf(on, sale.id))

  /** The work of a request and its reply in one transaction; a request made before gets the reply it got then. */
  const once = (caller: Caller, idempotent: IdempotentRequest, work: (tx: Tx, now: Date) => Promise<SaleRow>) =>
    withTransaction(db, async (tx) => {
      const now = nowOf(parts)
      const claim = await claimKey(tx, caller.deviceId, idempotent, now)
      if (claim.kind === 'seen') return claim.reply as Sale
      const reply = await view(await work(tx, now), tx)
      await keepReply(tx, caller.deviceId, idempotent.key, null, reply)
      return reply
    })

  return {
    async create(caller, request, idempotent) {
      const amountMinor = wholeMinor(request.amountMinor, 1)
      if (amountMinor > BigInt(MAX_AMOUNT_MINOR)) throw new Failure('amount_invalid')
      const payee = await parts.payees.byShop(caller.shopId)
      if (!payee || request.currency !== payee.currency || !(CURRENCIES as string[]).includes(request.currency)) {
        throw new Failure('currency_unsupported', payee ? { detail: `This shop charges in ${payee.currency}.` } : {})
      }
      return once(caller, idempotent, (tx, now) =>
        tx
          .insertInto('payment_sale')
          .values({
            id: newId('sale', now.getTime()),
            organisation_id: payee.organisationId,
            shop_id: payee.shopId,
            created_by: caller.deviceId,
            currency: payee.currency,
            reference: request.reference,
            total_minor: amountMinor,
            created_at: now,
          })
          .returningAll()
          .executeTakeFirstOrThrow(),
      )
    },

    byId: async (caller, saleId) => view(await findSale(db, caller.shopId, saleId)),

    byReference: async (caller, reference) =>
      Promise.all((await findSales(db, caller.shopId, reference)).map((sale) => view(sale))),

    recordOtherTender: (caller, saleId, tender, idempotent) =>
      once(caller, idempotent, async (tx, now) => {
        const sale = await lockSale(tx, caller.shopId, saleId)
        const amountMinor = wholeMinor(tender.amountMinor, 1)
        await assertLeft(tx, sale, amountMinor)
        await tx
          .insertInto('payment_other_tender')
          .values({
            id: newId('otherTender', now.getTime()),
            sale_id: sale.id,
            kind: tender.kind,
            amount_minor: amountMinor,
            note: tender.note ?? null,
            recorded_by: caller.deviceId,
            recorded_at: now,
          })
          .execute()
        await parts.audit.append(tx, 'sale.other_tender', { saleId, amountMinor: Number(amountMinor) })
        const { organisation_id: organisationId, shop_id: shopId } = sale
        await publish(tx, { type: 'sale.changed', organisationId, at: now, saleId, shopId })
        return sale
      }),

    async refund(caller, saleId, { partId, amountMinor, reason }, idempotent) {
      const sale = await findSale(db, caller.shopId, saleId)
      if (partId.startsWith('pay_')) {
        if ((await findPayment(db, partId))?.sale_id !== saleId) throw new Failure('sale_part_unknown')
        await refundPayment(parts, caller, partId, { amountMinor, reason }, idempotent)
        return view(sale)
      }
      return once(caller, idempotent, async (tx, now) => {
        const locked = await lockSale(tx, caller.shopId, saleId)
        await giveBackElsewhere(tx, { saleId, partId, wish: amountMinor, by: caller.deviceId, now })
        await parts.audit.append(tx, 'sale.other_tender_refunded', { saleId })
        return locked
      })
    },
  }
}

type GiveBack = { saleId: string; partId: string; wish: number | undefined; by: string; now: Date }

async function giveBackElsewhere(tx: Tx, { saleId, partId, wish, by, now }: GiveBack): Promise<void> {
  const tender = await tx
    .selectFrom('payment_other_tender')
    .selectAll()
    .where('id', '=', partId)
    .where('sale_id', '=', saleId)
    .executeTakeFirst()
  if (!tender) throw new Failure('sale_part_unknown')
  const leftMinor = tender.amount_minor - tender.refunded_minor
  const backMinor = wish === undefined ? leftMinor : wholeMinor(wish, 1)
  if (backMinor <= 0n || backMinor > leftMinor) throw new Failure('amount_exceeds')
  await tx
    .updateTable('payment_other_tender')
    .set({ refunded_minor: tender.refunded_minor + backMinor })
    .where('id', '=', partId)
    .execute()
  await tx
    .insertInto('payment_other_tender_refund')
    .values({ tender_id: partId, amount_minor: backMinor, refunded_by: by, refunded_at: now })
    .execute()
}

/** The sale of a shop as it stands. Throws `sale_unknown`. */
export async function readSale(db: Db, shopId: string, saleId: string): Promise<Sale> {
  const sale = await findSale(db, shopId, saleId)
  return saleView(sale, await partsOf(db, sale.id))
}

const palmPart = (row: PaymentRow): SalePart => ({
  id: row.id,
  kind: 'palm',
  amountMinor: Number(row.amount_minor),
  tipMinor: Number(row.tip_minor),
  refundedMinor: Number(row.refunded_minor),
  state: row.state,
  ...(row.card_brand === null || row.card_last4 === null
    ? {}
    : { card: { brand: row.card_brand, last4: row.card_last4 } }),
  createdAt: row.created_at.toISOString(),
})

const otherPart = (row: OtherTenderRow): SalePart => ({
  id: row.id,
  kind: row.kind,
  amountMinor: Number(row.amount_minor),
  tipMinor: 0,
  refundedMinor: Number(row.refunded_minor),
  state: 'approved',
  ...(row.note === null ? {} : { note: row.note }),
  createdAt: row.recorded_at.toISOString(),
})

function saleView(sale: SaleRow, of: SaleParts): Sale {
  const { paidMinor, pendingMinor, leftMinor } = balanceOf(sale, of)
  const shown = [...of.payments.map(palmPart), ...of.others.map(otherPart)]
  shown.sort((one, other) => (one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0))
  return {
    id: sale.id,
    reference: sale.reference,
    currency: sale.currency as Currency,
    totalMinor: Number(sale.total_minor),
    paidMinor: Number(paidMinor),
    pendingMinor: Number(pendingMinor),
    leftMinor: Number(leftMinor),
    refundedMinor: shown.reduce((sum, part) => sum + part.refundedMinor, 0),
    parts: shown,
    createdAt: sale.created_at.toISOString(),
  }
}
