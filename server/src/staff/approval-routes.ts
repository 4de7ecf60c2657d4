import {
  Approval,
  ApprovalAsk,
  ApprovalDecision,
  ApprovalQuery,
  Approvals as ApprovalsPage,
  idSchema,
} from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Approvals } from './approvals.ts'

const tags = ['console']
const params = Type.Object({ id: idSchema('approval') })

/** What waits for a second person. Who may ask and decide follows from the action, so anybody signed in may look. */
export function registerApprovalRoutes(
  app: App,
  { approvals, guards }: { approvals: Approvals; guards: Guards },
): void {
  const preValidation = guards.person()
  app.get(
    '/v1/staff/approvals',
    {
      preValidation,
      schema: { tags, summary: 'Approvals', querystring: ApprovalQuery, response: { 200: ApprovalsPage } },
    },
    async (request) => approvals.list(request.staff!, request.query),
  )
  app.get(
    '/v1/staff/approvals/:id',
    { preValidation, schema: { tags, summary: 'One approval', params, response: { 200: Approval } } },
    async (request) => approvals.get(request.staff!, request.params.id),
  )
  app.post(
    '/v1/staff/approvals',
    { preValidation, schema: { tags, summary: 'Ask a second person', body: ApprovalAsk, response: { 201: Approval } } },
    async (request, reply) => reply.code(201).send(await approvals.ask(request.staff!, request.body)),
  )
  app.post(
    '/v1/staff/approvals/:id/decision',
    {
      preValidation: guards.person({ fresh: true }),
      schema: { tags, summary: 'Approve or refuse', params, body: ApprovalDecision, response: { 200: Approval } },
    },
    async (request) => approvals.decide(request.staff!, request.params.id, request.body.approve),
  )
}
