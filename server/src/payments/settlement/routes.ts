import {
  CurrencySchema,
  Day,
  DayBooks,
  Difference,
  DifferenceResolution,
  Differences,
  idSchema,
  PAYOUT_STATES,
  Payout,
  PayoutOutcome,
  Payouts,
  Reconciliation,
  SettlementBatchDetail,
  SettlementBatches,
  SettlementRun,
  SettlementTerms,
} from '@paume/contract'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { withTransaction } from '../../database.ts'
import type { BooksGuard } from '../../database-role.ts'
import type { App, Guards } from '../../routing.ts'
import { timeZoneOf } from '../ledger/days.ts'
import { type DayBalance, firstBrokenDay, trialBalancesOf } from '../ledger/trial-balances.ts'
import { listDifferences, resolveDifference } from './differences.ts'
import type { SettlementParts } from './parts.ts'
import { endPayout, listPayouts } from './payouts.ts'
import { findBatch, linesOfBatch, listBatches, reconcileDay } from './reports.ts'
import { runSettlement } from './service.ts'
import { setTerms, termsOf } from './terms.ts'
import {
  batchDetailView,
  batchLinesCsv,
  batchView,
  dayBooksCsv,
  dayBookView,
  differenceView,
  payoutsCsv,
  payoutView,
  reconciliationCsv,
  reconciliationView,
} from './views.ts'

const tags = ['operator']
const Organisation = Type.Optional(idSchema('organisation'))
const DayQuery = Type.Object({ day: Day, organisation: Organisation })
const ReportQuery = Type.Object({ organisation: idSchema('organisation'), currency: CurrencySchema, day: Day })
const Csv = Type.String({ description: 'text/csv, RFC 4180' })
/** Lines of a batch that a reply shows. */
const SHOWN = 1_000
/** A CSV holds a day of a merchant whole; more than this is no till's day. */
const ALL = 5_000_000

const sendCsv = (reply: FastifyReply, name: string, text: string) =>
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}.csv"`).send(text)

type Routes = { settlement: SettlementParts; guard: BooksGuard; guards: Guards }

/** What operators see of the books and settle with merchants. Every route needs the operator's token. */
export function registerSettlementRoutes(app: App, routes: Routes): void {
  registerTrialBalances(app, routes)
  registerTerms(app, routes)
  registerBatches(app, routes)
  registerPayouts(app, routes)
  registerReconciliation(app, routes)
}

function registerTrialBalances(app: App, { settlement, guard, guards }: Routes): void {
  const schema = { tags, querystring: DayQuery }
  const preValidation = guards.operator
  const { db } = settlement
  const verified = async (day: DayBalance) => (await firstBrokenDay(db, day)) === null
  app.get(
    '/v1/ledger/trial-balances',
    { preValidation, schema: { ...schema, summary: 'Trial balances of one closed day', response: { 200: DayBooks } } },
    async ({ query }) => {
      const days = await trialBalancesOf(db, query.day, query.organisation)
      return { guard, books: await Promise.all(days.map(async (day) => dayBookView(day, await verified(day)))) }
    },
  )
  app.get(
    '/v1/ledger/trial-balances.csv',
    { preValidation, schema: { ...schema, summary: 'The same as CSV', response: { 200: Csv } } },
    async ({ query }, reply) =>
      sendCsv(
        reply,
        `trial-balances-${query.day}`,
        dayBooksCsv(await trialBalancesOf(db, query.day, query.organisation)),
      ),
  )
}

function registerTerms(app: App, { settlement, guards }: Routes): void {
  const url = '/v1/organisations/:id/settlement-terms/:currency'
  const params = Type.Object({ id: idSchema('organisation'), currency: CurrencySchema })
  const preValidation = guards.operator
  app.get(
    url,
    {
      preValidation,
      schema: { tags, params, summary: 'What was agreed with a merchant', response: { 200: SettlementTerms } },
    },
    async ({ params }) => {
      const terms = await termsOf(settlement.db, { organisationId: params.id, currency: params.currency })
      return {
        ...terms,
        timeZone: await timeZoneOf(settlement.db, params.id),
        fixedMinor: Number(terms.fixedMinor),
        minimumPayoutMinor: Number(terms.minimumPayoutMinor),
      }
    },
  )
  app.put(
    url,
    {
      preValidation,
      schema: {
        tags,
        params,
        body: SettlementTerms,
        summary: 'Agree fees, reserve and time zone, from the next batch on',
        response: { 200: SettlementTerms },
      },
    },
    async ({ params, body }) => {
      await withTransaction(settlement.db, async (tx) => {
        const book = { organisationId: params.id, currency: params.currency }
        await setTerms(tx, book, body, new Date(settlement.clock.nowMs()))
        await settlement.audit.append(tx, 'settlement.terms_set', { ...book, ...body })
      })
      return body
    },
  )
}

function registerBatches(app: App, { settlement, guards }: Routes): void {
  const preValidation = guards.operator
  const params = Type.Object({ id: idSchema('batch') })
  const { db } = settlement
  app.post(
    '/v1/settlements/run',
    { preValidation, schema: { tags, summary: 'Settle now what is due', response: { 200: SettlementRun } } },
    async () => {
      const { batches, failures, ...round } = await runSettlement(settlement, true)
      return { ...round, batches: batches.map(batchView), failures: failures.length }
    },
  )
  app.get(
    '/v1/settlements/batches',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Daily batches, newest first',
        querystring: Type.Object({ organisation: Organisation, from: Type.Optional(Day), to: Type.Optional(Day) }),
        response: { 200: SettlementBatches },
      },
    },
    async ({ query: { organisation: organisationId, from, to } }) => ({
      batches: (await listBatches(db, { organisationId, from, to })).map(batchView),
    }),
  )
  app.get(
    '/v1/settlements/batches/:id',
    {
      preValidation,
      schema: { tags, params, summary: 'A batch with its lines', response: { 200: SettlementBatchDetail } },
    },
    async ({ params }) => {
      const batch = await findBatch(db, params.id)
      return batchDetailView(batch, await linesOfBatch(db, batch, SHOWN))
    },
  )
  app.get(
    '/v1/settlements/batches/:id/lines.csv',
    { preValidation, schema: { tags, params, summary: 'Its lines as CSV', response: { 200: Csv } } },
    async ({ params }, reply) => {
      const batch = await findBatch(db, params.id)
      return sendCsv(
        reply,
        `settlement-${batch.day}-${batch.id}`,
        batchLinesCsv(batch, await linesOfBatch(db, batch, ALL)),
      )
    },
  )
}

function registerPayouts(app: App, { settlement, guards }: Routes): void {
  const preValidation = guards.operator
  const State = Type.Optional(Type.Union(PAYOUT_STATES.map((state) => Type.Literal(state))))
  const querystring = Type.Object({ organisation: Organisation, state: State })
  app.get(
    '/v1/settlements/payouts',
    { preValidation, schema: { tags, querystring, summary: 'Payouts, newest first', response: { 200: Payouts } } },
    async ({ query: { organisation: organisationId, state } }) => ({
      payouts: (await listPayouts(settlement.db, { organisationId, state })).map(payoutView),
    }),
  )
  app.get(
    '/v1/settlements/payouts.csv',
    { preValidation, schema: { tags, querystring, summary: 'The same as CSV', response: { 200: Csv } } },
    async ({ query: { organisation: organisationId, state } }, reply) =>
      sendCsv(reply, 'payouts', payoutsCsv(await listPayouts(settlement.db, { organisationId, state }))),
  )
  app.post(
    '/v1/settlements/payouts/:id/outcome',
    {
      preValidation,
      schema: {
        tags,
        params: Type.Object({ id: idSchema('payout') }),
        body: PayoutOutcome,
        summary: 'What became of a payout at the bank',
        response: { 200: Payout },
      },
    },
    async ({ params, body: { outcome, note = null } }) =>
      payoutView(await endPayout(settlement, params.id, { outcome, note })),
  )
}

function registerReconciliation(app: App, { settlement, guards }: Routes): void {
  const preValidation = guards.operator
  const { db, clock } = settlement
  const report = async ({ organisation, currency, day }: { organisation: string; currency: string; day: string }) => {
    const book = { organisationId: organisation, currency }
    return { ...book, day, ...(await reconcileDay(db, book, day, new Date(clock.nowMs()))) }
  }
  const summary = 'A day of ours beside the processor’s books'
  app.get(
    '/v1/settlements/reconciliation',
    { preValidation, schema: { tags, querystring: ReportQuery, summary, response: { 200: Reconciliation } } },
    async ({ query }) => reconciliationView(await report(query)),
  )
  app.get(
    '/v1/settlements/reconciliation.csv',
    {
      preValidation,
      schema: { tags, querystring: ReportQuery, summary: 'The same as CSV, every line', response: { 200: Csv } },
    },
    async ({ query }, reply) => sendCsv(reply, `reconciliation-${query.day}`, reconciliationCsv(await report(query))),
  )
  app.get(
    '/v1/settlements/differences',
    {
      preValidation,
      schema: {
        tags,
        summary: 'What does not fit, open or resolved',
        querystring: Type.Object({
          organisation: Organisation,
          state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')])),
        }),
        response: { 200: Differences },
      },
    },
    async ({ query: { organisation: organisationId, state = 'open' } }) => ({
      differences: (await listDifferences(db, { open: state === 'open', organisationId })).map(differenceView),
    }),
  )
  app.post(
    '/v1/settlements/differences/:id/resolve',
    {
      preValidation,
      schema: {
        tags,
        params: Type.Object({ id: idSchema('difference') }),
        body: DifferenceResolution,
        summary: 'Say what a difference was, and book it',
        response: { 200: Difference },
      },
    },
    async ({ params, body }) => differenceView(await resolveDifference(settlement, params.id, body)),
  )
}
