import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { DeviceKind } from '@paume/contract'
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

declare module 'fastify' {
  interface FastifyRequest {
    /** Exact bytes of the body, for the signature's digest. Empty when there was none. */
    rawBody: Buffer
    /** Set by `guards.device`. */
    device: AuthenticatedDevice | null
    /** Set by `guards.shopper`. */
    shopperId: ShopperId | null
  }
}

/** Who may call a route. Each guard is a `preValidation` hook: it runs before the body is looked into. */
export type Guards = {
  /** A paired, unrevoked device of one of these kinds, with a fresh signature. Sets `request.device`. */
  device(...kinds: DeviceKind[]): preValidationAsyncHookHandler
  /** The operator's bearer token. */
  operator: preValidationAsyncHookHandler
  /** A shopper's bearer token. Sets `request.shopperId`. */
  shopper: preValidationAsyncHookHandler
}
