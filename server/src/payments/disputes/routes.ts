import { DISPUTE_STATES, Dispute, Disputes, EvidencePack, EvidenceSubmission, idSchema } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import type { DisputeService } from './service.ts'

const tags = ['operator']
const params = Type.Object({ id: idSchema('dispute') })
const Query = Type.Object({
  state: Type.Optional(Type.Union(DISPUTE_STATES.map((state) => Type.Literal(state)))),
  organisation: Type.Optional(idSchema('organisation')),
})

/** What operators see of disputes and answer them with. */
export function registerDisputeRoutes(
  app: App,
  { disputes, guards }: { disputes: DisputeService; guards: Guards },
): void {
  const preValidation = guards.operator
  app.get(
    '/v1/disputes',
    {
      preValidation,
      schema: { tags, summary: 'Disputes, newest first', querystring: Query, response: { 200: Disputes } },
    },
    async (request) => ({ disputes: await disputes.list(request.query) }),
  )
  app.get(
    '/v1/disputes/:id',
    { preValidation, schema: { tags, summary: 'One dispute', params, response: { 200: Dispute } } },
    async (request) => disputes.find(request.params.id),
  )
  app.get(
    '/v1/disputes/:id/evidence',
    {
      preValidation,
      schema: { tags, summary: 'The evidence as it would be sent, or was', params, response: { 200: EvidencePack } },
    },
    async (request) => disputes.pack(request.params.id),
  )
  app.post(
    '/v1/disputes/:id/evidence',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Send the evidence that was read, once and for good',
        params,
        body: EvidenceSubmission,
        response: { 200: Dispute },
      },
    },
    async (request) => disputes.submit(request.params.id, request.body),
  )
}
