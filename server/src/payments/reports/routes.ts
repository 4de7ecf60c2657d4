import {
  idSchema,
  PaymentReport,
  PaymentReports,
  REPORT_STATES,
  ReportDecision,
  ReportEvidence,
  ShopperPalmState,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import { decideReport, liftByOperator, reportEvidence, reportView } from './decision.ts'
import type { ReportParts } from './parts.ts'
import { reportOwn, unfreezeOwn } from './service.ts'
import { listReports } from './store.ts'

const params = Type.Object({ id: idSchema('paymentReport') })
const Query = Type.Object({
  state: Type.Optional(Type.Union(REPORT_STATES.map((state) => Type.Literal(state)))),
  organisation: Type.Optional(idSchema('organisation')),
})

/** What operators do about payments that shoppers say were not theirs. */
export function registerReportRoutes(app: App, parts: ReportParts, guards: Guards): void {
  const preValidation = guards.operator
  const tags = ['operator']
  const one = (summary: string) => ({ tags, summary, params, response: { 200: PaymentReport } })
  app.get(
    '/v1/payment-reports',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Payments reported as not made by the shopper, newest first',
        querystring: Query,
        response: { 200: PaymentReports },
      },
    },
    async (request) => ({ reports: await listReports(parts.db, request.query) }),
  )
  app.get('/v1/payment-reports/:id', { preValidation, schema: one('One report') }, async (request) =>
    reportView(parts, request.params.id),
  )
  app.get(
    '/v1/payment-reports/:id/evidence',
    {
      preValidation,
      schema: { tags, summary: 'What is on record about the payment', params, response: { 200: ReportEvidence } },
    },
    async (request) => reportEvidence(parts, request.params.id),
  )
  app.post(
    '/v1/payment-reports/:id/decision',
    { preValidation, schema: { ...one('Give the money back, or reject the report; once'), body: ReportDecision } },
    async (request) => decideReport(parts, request.params.id, request.body),
  )
  app.post(
    '/v1/payment-reports/:id/lift-freeze',
    { preValidation, schema: one('Let the palms pay again, as far as this report froze them') },
    async (request) => liftByOperator(parts, request.params.id),
  )
  registerShopperRoutes(app, parts, guards)
}

/** What a shopper who has signed in does about it. */
function registerShopperRoutes(app: App, parts: ReportParts, guards: Guards): void {
  const preValidation = guards.shopper
  const tags = ['shoppers']
  const palm = async (shopperId: string): Promise<ShopperPalmState> => {
    const since = await parts.freezes.frozenSince(parts.db, shopperId)
    return since === null ? { frozen: false } : { frozen: true, frozenSince: since.toISOString() }
  }
  app.get(
    '/v1/me/palm',
    { preValidation, schema: { tags, summary: 'Whether my palms may pay', response: { 200: ShopperPalmState } } },
    async (request) => palm(request.shopperId!),
  )
  app.post(
    '/v1/me/palm/unfreeze',
    { preValidation, schema: { tags, summary: 'Let my palms pay again', response: { 200: ShopperPalmState } } },
    async (request) => {
      await unfreezeOwn(parts, request.shopperId!)
      return palm(request.shopperId!)
    },
  )
  app.post(
    '/v1/me/payments/:id/report',
    {
      preValidation,
      schema: {
        tags,
        summary: 'This was not me: freezes my palms, and signs me out everywhere',
        params: Type.Object({ id: idSchema('payment') }),
        response: { 200: PaymentReport },
      },
    },
    async (request) => reportView(parts, await reportOwn(parts, request.shopperId!, request.params.id)),
  )
}
