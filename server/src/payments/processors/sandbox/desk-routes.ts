import Type, { type Static } from 'typebox'
import { Failure } from '../../../failure.ts'
import type { App, Guards } from '../../../routing.ts'
import { ProcessorFailure } from '../processor.ts'
import { TEST_CARDS } from './cards.ts'
import {
  BatchView,
  Card,
  ChargeView,
  Clock,
  DisputeAbout,
  DisputeView,
  Forward,
  Outcome,
  Ref,
  Switches,
  seenCharge,
  seenDispute,
} from './desk-views.ts'
import type { SandboxProcessor } from './sandbox.ts'
import { settlementFile } from './settlement.ts'

/** A refusal at the desk as our own problem: nothing of that name, or not in its present state. */
const asProblem = (error: unknown): never => {
  if (!(error instanceof ProcessorFailure) || error.kind !== 'refused') throw error
  if (error.reason.endsWith('_unknown')) throw new Failure('not_found', {}, { cause: error })
  throw new Failure('payment_state', { detail: `The sandbox says: ${error.reason}.` }, { cause: error })
}

const tags = ['sandbox']

/**
 * The sandbox processor's own pages, for operators and demos: its clock, what goes wrong on the way, what card holders and schemes do,
 * what it pays out. No such address exists at a real processor.
 */
export function registerSandboxDesk(app: App, parts: { sandbox: SandboxProcessor; guards: Guards }): void {
  const { sandbox, guards } = parts
  app.get(
    '/sandbox/processor/cards',
    { schema: { summary: 'SANDBOX: the test cards and what each does', tags, response: { 200: Type.Array(Card) } } },
    async () => TEST_CARDS.map(({ number, brand, shows }) => ({ number, brand, shows })),
  )
  app.get(
    '/sandbox/processor/batches',
    {
      preValidation: guards.operator,
      schema: {
        summary: 'SANDBOX: settlement batches',
        tags,
        querystring: Type.Object({ from: Type.String({ format: 'date' }), to: Type.String({ format: 'date' }) }),
        response: { 200: Type.Array(BatchView) },
      },
    },
    async (request) => {
      const range = { from: new Date(request.query.from), to: new Date(request.query.to) }
      const batches = await sandbox.desk.listBatches(range)
      return batches.map(({ grossMinor, feeMinor, netMinor, ...batch }) => ({
        ...batch,
        grossMinor: Number(grossMinor),
        feeMinor: Number(feeMinor),
        netMinor: Number(netMinor),
      }))
    },
  )
  app.get(
    '/sandbox/processor/batches/:batchRef',
    {
      preValidation: guards.operator,
      schema: {
        summary: 'SANDBOX: reconciliation file of a closed batch (CSV)',
        tags,
        params: Type.Object({ batchRef: Ref }),
      },
    },
    async (request, reply) => {
      const lines = await sandbox.desk.batchLines(request.params.batchRef)
      if (lines === null) throw new Failure('not_found')
      return reply
        .header('content-disposition', 'attachment; filename="settlement.csv"')
        .type('text/csv; charset=utf-8; header=present')
        .send(settlementFile(lines))
    },
  )
  registerSwitches(app, parts)
  registerCharges(app, parts)
  registerDisputes(app, parts)
}

function registerSwitches(app: App, { sandbox, guards }: Parameters<typeof registerSandboxDesk>[1]): void {
  const clock = async () => {
    const { now, aheadMs } = await sandbox.desk.clock()
    return { now: now.toISOString(), aheadMs }
  }
  const preValidation = guards.operator
  app.get(
    '/sandbox/processor/clock',
    { preValidation, schema: { summary: "SANDBOX: the processor's clock", tags, response: { 200: Clock } } },
    clock,
  )
  app.post(
    '/sandbox/processor/clock',
    {
      preValidation,
      schema: { summary: "SANDBOX: move the processor's clock forward", tags, body: Forward, response: { 200: Clock } },
    },
    async (request) => {
      await sandbox.desk.moveClock(request.body.forwardMs)
      return clock()
    },
  )
  const summary = 'SANDBOX: what goes wrong between us and the processor, on this node'
  app.get(
    '/sandbox/processor/chaos',
    { preValidation, schema: { summary, tags, response: { 200: Switches } } },
    async () => structuredClone(sandbox.chaos),
  )
  app.put(
    '/sandbox/processor/chaos',
    { preValidation, schema: { summary, tags, body: Switches, response: { 200: Switches } } },
    async (request) => structuredClone(Object.assign(sandbox.chaos, request.body as Static<typeof Switches>)),
  )
}

function registerCharges(app: App, { sandbox, guards }: Parameters<typeof registerSandboxDesk>[1]): void {
  const preValidation = guards.operator
  app.get(
    '/sandbox/processor/charges',
    {
      preValidation,
      schema: {
        summary: "SANDBOX: charges by payment, the till's number, key or their own name",
        tags,
        querystring: Type.Object({ of: Type.String({ minLength: 1, maxLength: 120 }) }),
        response: { 200: Type.Array(ChargeView) },
      },
    },
    async (request) => (await sandbox.desk.searchCharges(request.query.of)).map(seenCharge),
  )
  app.post(
    '/sandbox/processor/instruments/:token/changes',
    {
      preValidation,
      schema: {
        summary: 'SANDBOX: the bank replaces a card behind its token, or hears that it is lost',
        tags,
        params: Type.Object({ token: Ref }),
        body: Type.Object({ change: Type.Union([Type.Literal('replaced'), Type.Literal('lost')]) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      if (!(await sandbox.desk.changeCard(request.params.token, request.body.change))) throw new Failure('not_found')
      return reply.status(204).send(null)
    },
  )
}

function registerDisputes(app: App, { sandbox, guards }: Parameters<typeof registerSandboxDesk>[1]): void {
  const preValidation = guards.operator
  app.post(
    '/sandbox/processor/charges/:chargeRef/disputes',
    {
      preValidation,
      schema: {
        summary: 'SANDBOX: the holder disputes what is left of a charge',
        tags,
        params: Type.Object({ chargeRef: Ref }),
        body: DisputeAbout,
        response: { 201: DisputeView },
      },
    },
    async (request, reply) => {
      const { reason = 'fraudulent', answered = 'won' } = request.body
      const dispute = await sandbox.desk.openDispute(request.params.chargeRef, { reason, answered }).catch(asProblem)
      return reply.status(201).send(seenDispute(dispute, null))
    },
  )
  const params = Type.Object({ disputeRef: Ref })
  app.get(
    '/sandbox/processor/disputes/:disputeRef',
    {
      preValidation,
      schema: { summary: 'SANDBOX: a dispute as the scheme sees it', tags, params, response: { 200: DisputeView } },
    },
    async (request) => {
      const dispute = await sandbox.fetchDispute(request.params.disputeRef)
      if (dispute === null) throw new Failure('not_found')
      return seenDispute(dispute, await sandbox.desk.evidenceOf(dispute.ref))
    },
  )
  app.post(
    '/sandbox/processor/disputes/:disputeRef/ruling',
    {
      preValidation,
      schema: {
        summary: 'SANDBOX: the scheme decides a dispute now',
        tags,
        params,
        body: Type.Object({ outcome: Outcome }),
        response: { 200: DisputeView },
      },
    },
    async (request) => {
      const { disputeRef } = request.params
      const dispute = await sandbox.desk.decideDispute(disputeRef, request.body.outcome).catch(asProblem)
      return seenDispute(dispute, await sandbox.desk.evidenceOf(disputeRef))
    },
  )
}
