import type { DuplicateReview, Page, ReviewDecision, ReviewQuery } from '@paume/contract'
import type { CallOptions, Transport } from '../transport.ts'

/** Palms that seemed to be registered already. */
export type ReviewCalls = {
  list(query?: ReviewQuery, options?: CallOptions): Promise<Page<DuplicateReview>>
  one(id: string, options?: CallOptions): Promise<DuplicateReview>
  /** Safe to repeat. */
  take(id: string, options?: CallOptions): Promise<DuplicateReview>
  /** Once; both people are told. */
  /** Lifts the freeze of one that was taken for fraud. */
  lift(id: string, options?: CallOptions): Promise<DuplicateReview>
  decide(id: string, decision: ReviewDecision, options?: CallOptions): Promise<DuplicateReview>
}

export function reviewsOf({ call }: Transport): ReviewCalls {
  const at = (id: string) => `/v1/console/reviews/${encodeURIComponent(id)}`
  return {
    list: async (query = {}, options = {}) =>
      (await call<Page<DuplicateReview>>({ method: 'GET', path: '/v1/console/reviews', query, ...options })).body,
    one: async (id, options = {}) => (await call<DuplicateReview>({ method: 'GET', path: at(id), ...options })).body,
    take: async (id, options = {}) =>
      (await call<DuplicateReview>({ method: 'POST', path: `${at(id)}/take`, ...options })).body,
    lift: async (id, options = {}) =>
      (await call<DuplicateReview>({ method: 'POST', path: `${at(id)}/lift`, ...options })).body,
    decide: async (id, decision, options = {}) =>
      (await call<DuplicateReview>({ method: 'POST', path: `${at(id)}/decide`, json: { decision }, ...options })).body,
  }
}
