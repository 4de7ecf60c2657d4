import { DuplicateReview, DuplicateReviews, idSchema, ReviewDecided, ReviewQuery } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../../routing.ts'
import type { Reviews } from './service.ts'

const tags = ['console']
const params = Type.Object({ id: idSchema('review') })
const response = { 200: DuplicateReview }

/** Palms that seemed to be registered already, and what somebody decides of them. */
export function registerReviewRoutes(app: App, { reviews, guards }: { reviews: Reviews; guards: Guards }): void {
  const reads = { preValidation: guards.staff('reviews.read') }
  const decides = { preValidation: guards.staff('reviews.decide') }
  app.get(
    '/v1/console/reviews',
    {
      ...reads,
      schema: { tags, summary: 'Palms to look at', querystring: ReviewQuery, response: { 200: DuplicateReviews } },
    },
    async (request) => reviews.list(request.staff!, request.query),
  )
  app.get(
    '/v1/console/reviews/:id',
    { ...reads, schema: { tags, summary: 'One of them', params, response } },
    async (request) => reviews.find(request.staff!, request.params.id),
  )
  app.post(
    '/v1/console/reviews/:id/take',
    { ...decides, schema: { tags, summary: 'Look at it oneself', params, response } },
    async (request) => reviews.take(request.staff!, request.params.id),
  )
  app.post(
    '/v1/console/reviews/:id/lift',
    { ...decides, schema: { tags, summary: 'Lift the freeze of it', params, response } },
    async (request) => reviews.lift(request.staff!, request.params.id),
  )
  app.post(
    '/v1/console/reviews/:id/decide',
    { ...decides, schema: { tags, summary: 'Decide, once', params, body: ReviewDecided, response } },
    async (request) => reviews.decide(request.staff!, request.params.id, request.body.decision),
  )
}
