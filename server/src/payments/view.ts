import type {
  CardChoice,
  Guidance,
  Payment,
  PaymentDispute,
  PaymentReportMark,
  PaymentStep,
  Refund,
} from '@paume/contract'
import type { Db } from '../database.ts'
import { disputesOfPayment } from './disputes/store.ts'
import { reportOfPayment } from './reports/store.ts'
import { type OperationRow, operationsOf, type PaymentRow } from './store.ts'

/** Amounts are checked against MAX_AMOUNT_MINOR when they come in, so they fit a double exactly. */
const minor = (amount: bigint) => Number(amount)

function refundOf(operation: OperationRow): Refund {
  return {
    id: operation.id,
    amountMinor: minor(operation.amount_minor),
    state: operation.state === 'intended' ? 'pending' : operation.state,
    ...(operation.note === null ? {} : { reason: operation.note }),
    createdAt: operation.created_at.toISOString(),
  }
}

const SHOWN_STEPS: readonly string[] = ['increment', 'capture', 'void'] satisfies PaymentStep['kind'][]

const stepOf = (operation: OperationRow): PaymentStep => ({
  kind: operation.kind as PaymentStep['kind'],
  amountMinor: minor(operation.amount_minor),
  state: operation.state === 'intended' ? 'pending' : operation.state,
  ...(operation.reason === null ? {} : { reason: operation.reason }),
  createdAt: operation.created_at.toISOString(),
})

/** What the terminal shows of the shopper's cards. A number, not a name of ours: nobody learns who stood there before. */
function choiceOf(row: PaymentRow): { cardChoice?: CardChoice } {
  if (row.state !== 'choosing_card' || row.card_choice === null || row.choice_until === null) return {}
  return {
    cardChoice: {
      cards: row.card_choice.map((card, place) => ({
        choice: place + 1,
        brand: card.brand,
        last4: card.last4,
        default: card.default,
      })),
      until: row.choice_until.toISOString(),
      ...(row.choice_after === null ? {} : { declined: row.choice_after as CardChoice['declined'] }),
    },
  }
}

/** Cards to choose from are for the terminal before which the shopper stands; tills see none of it. */
export type Audience = 'terminal' | 'till'

/** The payment as the contract shows it. Nothing of the shopper but brand and last four digits of the card. */
export function paymentView(
  row: PaymentRow,
  operations: OperationRow[],
  audience: Audience = 'till',
  disputes: PaymentDispute[] = [],
  report: PaymentReportMark | null = null,
): Payment {
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    terminalId: row.terminal_id,
    shop: { id: row.shop_id, name: row.shop_name },
    merchantName: row.merchant_name,
    amountMinor: minor(row.amount_minor),
    tipMinor: minor(row.tip_minor),
    totalMinor: minor(row.amount_minor + row.tip_minor),
    currency: row.currency as Payment['currency'],
    reference: row.reference,
    capture: row.capture,
    tip: row.tip,
    askedHand: row.asked_hand,
    hoversLeft: row.hovers_left,
    lastGuidance: row.last_guidance as Guidance[],
    ...(row.card_brand === null || row.card_last4 === null
      ? {}
      : { card: { brand: row.card_brand, last4: row.card_last4 } }),
    ...(row.choose_card ? { choosesCard: true } : {}),
    ...(audience === 'terminal' ? choiceOf(row) : {}),
    authorisedMinor: minor(row.authorised_minor),
    maximumCaptureMinor: minor(row.maximum_capture_minor),
    steps: operations.filter((operation) => SHOWN_STEPS.includes(operation.kind)).map(stepOf),
    ...(row.sale_id === null ? {} : { saleId: row.sale_id }),
    ...(row.acknowledge_within_ms === null ? {} : { acknowledge: acknowledgeOf(row) }),
    ...(row.reversal === null ? {} : { reversal: row.reversal }),
    capturedMinor: minor(row.captured_minor),
    refundedMinor: minor(row.refunded_minor),
    refunds: operations.filter((operation) => operation.kind === 'refund').map(refundOf),
    ...(disputes.length === 0 ? {} : { disputes }),
    ...(report === null ? {} : { report }),
    ...(row.receipt_id === null ? {} : { receiptId: row.receipt_id }),
    createdAt: row.created_at.toISOString(),
    deadlineAt: row.deadline_at.toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  }
}

const acknowledgeOf = (row: PaymentRow): NonNullable<Payment['acknowledge']> => ({
  ...(row.acknowledge_by === null ? {} : { dueAt: row.acknowledge_by.toISOString() }),
  ...(row.acknowledged_at === null ? {} : { doneAt: row.acknowledged_at.toISOString() }),
})

export async function viewPayment(db: Db, row: PaymentRow, audience: Audience = 'till'): Promise<Payment> {
  const disputes = row.disputed ? await disputesOfPayment(db, row.id) : []
  // The time of the first is written with it: before that there are none, and nothing is asked.
  const operations = row.authorising_at === null ? [] : await operationsOf(db, row.id)
  const report = row.reported ? await reportOfPayment(db, row.id) : null
  return paymentView(row, operations, audience, disputes, report)
}
