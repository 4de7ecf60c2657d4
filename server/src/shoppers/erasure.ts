import type { ErasureReceipt } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { ShopperId } from '../ids.ts'
import type { Outbox } from '../outbox/service.ts'
import type { Consents } from './consents.ts'
import type { OpenPayments, ReceiptLinks, ShopperCards, ShopperPalms } from './ports.ts'

/** The topic under which an erasure that had to wait is finished. */
export const ERASURE_TOPIC = 'shopper-erasure'
/** Palms that nobody used for this long are destroyed, as the consent text promises, ms. */
export const UNUSED_RETENTION_MS = 365 * 86_400_000

export type Erasure = {
  /**
   * Destroys everything of a shopper except what the law keeps. Palms go at once in any case. While a payment is open the rest waits
   * for it: throws `erasure_blocked`, and it continues by itself. Safe to repeat.
   */
  erase(
    shopperId: ShopperId,
    by: 'shopper' | 'retention' | 'continued' | 'restored' | 'review',
  ): Promise<ErasureReceipt>
  /** Goes on with erasures that waited for a payment for longer than the outbox tries; answers how many are still open. */
  continueWaiting(): Promise<number>
  /** Erases those who have not used their palms for a year; answers how many. */
  eraseUnused(): Promise<number>
}

type Options = {
  db: Db
  clock: Clock
  audit: Audit
  outbox: Outbox
  consents: Consents
  palms: ShopperPalms
  cards: ShopperCards
  payments: OpenPayments
  receiptLinks: ReceiptLinks
}

const KEPT = [
  {
    what: 'records of payments, refunds, receipts and what was reported of them, under a pseudonym',
    why: 'accounting and tax law',
  },
  {
    what: 'for each payment what was signed when the palm was recognised: time, terminal and amount, under a pseudonym',
    why: 'answer to a card holder who disputes it',
  },
  {
    what: 'the text of the consent, when it was given and when withdrawn',
    why: 'proof of consent (BIPA 15(b), GDPR 7(1))',
  },
  { what: 'entries of the audit log, under a pseudonym', why: 'proof that the erasure took place' },
]

export function createErasure(options: Options): Erasure {
  const { db, clock, audit, outbox, consents, palms, cards, payments, receiptLinks } = options
  const erase: Erasure['erase'] = async (shopperId, by) => {
    const done = await withTransaction(db, async (tx) => {
      const shopper = await tx
        .selectFrom('shoppers')
        .selectAll()
        .where('id', '=', shopperId)
        .forUpdate()
        .executeTakeFirst()
      if (shopper === undefined || shopper.erased_at !== null) throw new Failure('shopper_unknown')
      const now = new Date(clock.nowMs())
      const palmCount = await palms.erase(tx, shopperId)
      await consents.withdraw(tx, shopperId)
      if (await payments.hasOpenPayment(tx, shopperId)) {
        if (shopper.erasure_requested_at === null) {
          await tx.updateTable('shoppers').set({ erasure_requested_at: now }).where('id', '=', shopperId).execute()
          await audit.append(tx, 'shopper_erasure_begun', { shopperId, palms: palmCount, by })
          await outbox.enqueue(tx, ERASURE_TOPIC, { shopperId })
        }
        return undefined
      }
      const cardCount = await cards.eraseShopper(tx, shopperId)
      await receiptLinks.forget(tx, shopperId)
      await tx.deleteFrom('shopper_sessions').where('shopper_id', '=', shopperId).execute()
      await tx
        .updateTable('shoppers')
        .set({ phone_hmac: null, phone_sealed: null, phone_hint: null, erased_at: now })
        .set((eb) => ({ erasure_requested_at: eb.fn.coalesce('erasure_requested_at', eb.val(now)) }))
        .where('id', '=', shopperId)
        .execute()
      const entry = await audit.append(tx, 'shopper_erased', { shopperId, palms: palmCount, cards: cardCount, by })
      return { now, entry }
    })
    if (done === undefined) throw new Failure('erasure_blocked')
    return {
      shopperId,
      erasedAt: toTimestamp(done.now),
      erased: [
        'palm templates of both hands',
        'the key they were sealed with',
        'phone number',
        'cards',
        'sessions',
        'links of receipts',
      ],
      kept: KEPT,
      auditEntry: done.entry,
    }
  }
  const eraseAll = async (ids: readonly string[], by: 'retention' | 'continued') => {
    for (const id of ids) {
      await erase(id as ShopperId, by).catch((error: unknown) => {
        if (!(error instanceof Failure && ['erasure_blocked', 'shopper_unknown'].includes(error.code))) throw error
      })
    }
    return ids.length
  }
  return {
    erase,
    async continueWaiting() {
      const rows = await db
        .selectFrom('shoppers')
        .select('id')
        .where('erasure_requested_at', 'is not', null)
        .where('erased_at', 'is', null)
        .limit(100)
        .execute()
      return eraseAll(
        rows.map(({ id }) => id),
        'continued',
      )
    },
    eraseUnused: async () =>
      eraseAll(await palms.unusedSince(new Date(clock.nowMs() - UNUSED_RETENTION_MS)), 'retention'),
  }
}
