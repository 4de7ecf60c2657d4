import Type, { type Static, type TSchema } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'
import { listOf, listQuery } from './lists.ts'
import { TwoPersonAction } from './staff-roles.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Where an approval stands. `expired` follows from the time: 24 hours after it was asked for. */
export const APPROVAL_STATES = ['asked', 'approved', 'refused', 'used', 'expired'] as const
export const ApprovalState = Type.Union([
  Type.Literal('asked'),
  Type.Literal('approved'),
  Type.Literal('refused'),
  Type.Literal('used'),
  Type.Literal('expired'),
])
export type ApprovalState = Static<typeof ApprovalState>

/** Exactly the request that is to be made: method, path with its query, and body. Another one is not what was approved. */
export const RequestToApprove = Type.Object({
  method: Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('PUT'), Type.Literal('DELETE')]),
  path: Type.String({ pattern: '^/v1/[!-~]*$', maxLength: 1000 }),
  body: Type.Optional(Type.Unknown()),
})
export type RequestToApprove = Static<typeof RequestToApprove>

/** `POST /v1/staff/approvals`. An operator names the organisation it is about. */
export const ApprovalAsk = Type.Object({
  action: TwoPersonAction,
  organisationId: Type.Optional(nullable(idSchema('organisation'))),
  request: RequestToApprove,
  /** Why, in the words of the one who asks. */
  reason: Type.String({ minLength: 1, maxLength: 500 }),
})
export type ApprovalAsk = Static<typeof ApprovalAsk>

const Person = Type.Object({ id: idSchema('staff'), name: Type.String() })
export const Approval = Type.Object({
  id: idSchema('approval'),
  action: TwoPersonAction,
  organisation: nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  request: RequestToApprove,
  reason: Type.String(),
  state: ApprovalState,
  askedBy: Person,
  askedAt: Timestamp,
  expiresAt: Timestamp,
  decidedBy: nullable(Person),
  decidedAt: nullable(Timestamp),
  usedAt: nullable(Timestamp),
  /** Whether the reader asked for it. */
  own: Type.Boolean(),
  /** Whether the reader may approve or refuse it now. */
  mayDecide: Type.Boolean(),
})
export type Approval = Static<typeof Approval>
export const APPROVAL_SORTS = ['askedAt', 'expiresAt'] as const
export const ApprovalQuery = Type.Object({
  ...listQuery(APPROVAL_SORTS),
  state: Type.Optional(ApprovalState),
  action: Type.Optional(TwoPersonAction),
})
export type ApprovalQuery = Static<typeof ApprovalQuery>
export const Approvals = listOf(Approval)
/** The decision of the second person. */
export const ApprovalDecision = Type.Object({ approve: Type.Boolean() })
export type ApprovalDecision = Static<typeof ApprovalDecision>
