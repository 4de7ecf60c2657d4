import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { DeviceKind, Permission, StaffRole, TwoPersonAction } from '@paume/contract'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  preValidationAsyncHookHandler,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ShopperId } from './ids.ts'

/** The Fastify instance as subjects see it: a route's TypeBox schema types its request. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** The device whose signature a request carries. */
export type AuthenticatedDevice = {
  id: string
  kind: DeviceKind
  shopId: string
  organisationId: string
  /** For a register: the terminal it drives. */
  terminalId: string | null
}

/** Who works with the console, or with the operator's token. */
export type Staff = {
  /** `stf_…`; null for the operator's token. */
  id: string | null
  name: string
  /** Null: the whole installation (operators only). */
  organisationId: string | null
  /** Null: all shops of the organisation. */
  shopIds: readonly string[] | null
  roles: readonly StaffRole[]
}

/** The session that a request of a signed-in person belongs to. */
export type StaffSessionOf = {
  id: string
  /** Began with a recovery code: nothing but a new passkey is allowed. */
  passkeyDue: boolean
  /** The person showed a passkey a short while ago. */
  fresh: boolean
}

/**
 * Uses up the approval that a request names in the header `paume-approval`: given by a second person for exactly this method, path and
 * body, asked for by the one who sends it. Call it before anything is done. The operator's token needs none; its use is written down.
 * Throws `approval_required`, `approval_state`.
 *
 * @param organisationId what it is about, where the asker runs the whole installation
 */
export type SpendApproval = (
  staff: Staff,
  request: Pick<FastifyRequest, 'method' | 'url' | 'headers'>,
  action: TwoPersonAction,
  body: unknown,
  organisationId?: string | null,
) => Promise<void>

declare module 'fastify' {
  interface FastifyRequest {
    /** Exact bytes of the body, for the signature's digest. Empty when there was none. */
    rawBody: Buffer
    /** Set by `guards.device`. */
    device: AuthenticatedDevice | null
    /** Set by `guards.shopper`. */
    shopperId: ShopperId | null
    /** Set by `guards.staff` and `guards.operator`. */
    staff: Staff | null
    /** Set with `staff` where it is a person and not the operator's token. */
    staffSession: StaffSessionOf | null
  }
}

/** Who may call a route. Each guard is a `preValidation` hook: it runs before the body is looked into. */
export type Guards = {
  /** A paired, unrevoked device of one of these kinds, with a fresh signature. Sets `request.device`. */
  device(...kinds: DeviceKind[]): preValidationAsyncHookHandler
  /** The operator's bearer token, or a signed-in person who is an operator. Sets `request.staff`. */
  operator: preValidationAsyncHookHandler
  /** A signed-in person whose role allows it, or the operator's token. Sets `request.staff`. */
  staff(permission: Permission): preValidationAsyncHookHandler
  /**
   * Anybody signed in, whatever their role, but not the operator's token. `fresh`: only soon after a passkey was shown. `passkeyDue`:
   * also who came by a recovery code. Sets `request.staff` and `request.staffSession`.
   */
  person(options?: { fresh?: boolean; passkeyDue?: boolean }): preValidationAsyncHookHandler
  /** A shopper's bearer token. Sets `request.shopperId`. */
  shopper: preValidationAsyncHookHandler
}
