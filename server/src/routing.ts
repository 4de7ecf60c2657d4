import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { DeviceKind, Permission, StaffRole } from '@paume/contract'
import type {
  FastifyBaseLogger,
  FastifyInstance,
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
  /** A shopper's bearer token. Sets `request.shopperId`. */
  shopper: preValidationAsyncHookHandler
}
