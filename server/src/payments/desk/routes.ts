import {
  idSchema,
  Payment,
  PaymentDetail,
  PaymentFilters,
  PaymentListQuery,
  PaymentsListed,
  Receipt,
} from '@paume/contract'
import Type from 'typebox'
import { csvOf } from '../../csv.ts'
import type { App, Guards } from '../../routing.ts'
import { readReceipt } from '../receipts.ts'
import { idempotentOf } from '../requests.ts'
import { ownPayment, paymentDetail } from './detail.ts'
import { listPayments } from './list.ts'
import { cancelByStaff, refundByStaff } from './money.ts'
import type { DeskParts } from './parts.ts'

const tags = ['console']
const params = Type.Object({ id: idSchema('payment') })
/** Amounts out of range get a code of their own, so the form checked here says only that they are numbers. */
const StaffRefund = Type.Object({
  amountMinor: Type.Optional(Type.Number()),
  reason: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
})
/** Rows a file may have; more is a question for a shorter range of days. */
const MOST_EXPORTED = 50_000
const ROWS_A_PAGE = 200

/** Payments as the office of a shop works with them. */
export function registerPaymentDesk(app: App, parts: DeskParts, guards: Guards): void {
  const reads = { preValidation: guards.staff('payments.read') }
  app.get(
    '/v1/console/payments',
    {
      ...reads,
      schema: {
        tags,
        summary: 'Payments, newest first',
        querystring: PaymentListQuery,
        response: { 200: PaymentsListed },
      },
    },
    async (request) => listPayments(parts, request.staff!, request.query),
  )
  app.get(
    '/v1/console/payments.csv',
    {
      ...reads,
      schema: {
        tags,
        summary: 'Payments as a file: takes the approval of a second person',
        querystring: Type.Omit(Type.Object(PaymentFilters), ['limit', 'after']),
      },
    },
    async (request, reply) => {
      await parts.spendApproval(request.staff!, request, 'export.payments', null, request.query.organisationId)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="paume-payments.csv"')
        .send(await paymentsCsv((after) => listPayments(parts, request.staff!, { ...request.query, ...after })))
    },
  )
  app.get(
    '/v1/console/payments/:id',
    { ...reads, schema: { tags, summary: 'One payment, with its steps', params, response: { 200: PaymentDetail } } },
    async (request) => paymentDetail(parts, request.staff!, request.params.id),
  )
  app.get(
    '/v1/console/payments/:id/receipt',
    { ...reads, schema: { tags, summary: 'Its receipt', params, response: { 200: Receipt } } },
    async (request) => {
      await ownPayment(parts, request.staff!, request.params.id)
      return readReceipt(parts, null, request.params.id)
    },
  )
  registerMoves(app, parts, guards)
}

function registerMoves(app: App, parts: DeskParts, guards: Guards): void {
  const refunds = { preValidation: guards.staff('payments.refund') }
  app.post(
    '/v1/console/payments/:id/refunds',
    {
      ...refunds,
      schema: {
        tags,
        summary: 'Give back all that is left, or less',
        params,
        body: StaffRefund,
        response: { 200: Payment },
      },
    },
    async (request) =>
      refundByStaff(parts, request.staff!, request.params.id, request.body, () => idempotentOf(request)),
  )
  app.post(
    '/v1/console/payments/:id/cancel',
    {
      ...refunds,
      schema: { tags, summary: 'Cancel, or void what is not captured', params, response: { 200: Payment } },
    },
    async (request) => cancelByStaff(parts, request.staff!, request.params.id),
  )
}

const NAMES = [
  'id',
  'created_at',
  'ended_at',
  'state',
  'reason',
  'shop_id',
  'shop',
  'terminal_id',
  'reference',
  'currency',
  'amount_minor',
  'tip_minor',
  'captured_minor',
  'refunded_minor',
  'card_brand',
  'card_last4',
]

async function paymentsCsv(
  read: (page: { limit: number; after?: string }) => ReturnType<typeof listPayments>,
): Promise<string> {
  const rows: (string | number | null)[][] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listPayments>> = await read({
      limit: ROWS_A_PAGE,
      ...(after === null ? {} : { after }),
    })
    for (const row of page.items)
      rows.push([
        ...[row.id, row.createdAt, row.endedAt, row.state, row.reason, row.shop.id, row.shop.name, row.terminalId],
        ...[row.reference, row.currency, row.amountMinor, row.tipMinor, row.capturedMinor, row.refundedMinor],
        ...[row.card?.brand ?? null, row.card?.last4 ?? null],
      ])
    after = page.next
  } while (after !== null && rows.length < MOST_EXPORTED)
  return csvOf(NAMES, rows)
}
