import type { FastifyRequest, preValidationAsyncHookHandler } from 'fastify'
import { Failure } from '../failure.ts'
import type { Guards } from '../routing.ts'
import type { Reach } from './carts.ts'
import type { GateKeys } from './keys.ts'
import type { GateHouse } from './ports.ts'

/** Whoever tells of carts: a gate of the shop, by its signature, or a cart system, by its key. */
export type CartCaller = { id: string; organisationId: string; shopId: string | null }

const KEY_FORM = /^Bearer (gate_[\w-]{43})$/

export type CartGuard = {
  guard: preValidationAsyncHookHandler
  callerOf(request: FastifyRequest): CartCaller
  /** The gate that a path names, as far as this caller reaches. Throws `not_found`. */
  gateOf(
    request: FastifyRequest,
    gateId: string,
  ): Promise<{ deviceId: string; kind: 'gate'; shopId: string; organisationId: string }>
  reachOf(request: FastifyRequest, gateId: string): Reach
}

/** Lets gates and cart systems in, and nobody else. */
export function createCartGuard(
  keys: Pick<GateKeys, 'systemOf'>,
  guards: Guards,
  house: Pick<GateHouse, 'device'>,
): CartGuard {
  const systems = new WeakMap<FastifyRequest, CartCaller>()
  const signed = guards.device('gate')
  const callerOf = (request: FastifyRequest): CartCaller => {
    const system = systems.get(request)
    if (system !== undefined) return system
    const { id, organisationId, shopId } = request.device!
    return { id, organisationId, shopId }
  }
  return {
    callerOf,
    async guard(request, reply) {
      const key = KEY_FORM.exec(request.headers.authorization ?? '')?.[1]
      if (key === undefined) return signed.call(this as never, request, reply)
      const { keyId, organisationId, shopId } = await keys.systemOf(key)
      systems.set(request, { id: keyId, organisationId, shopId })
    },
    reachOf(request, gateId) {
      const { organisationId, shopId } = callerOf(request)
      return { gateId, organisationId, shopId }
    },
    async gateOf(request, gateId) {
      const { organisationId, shopId } = callerOf(request)
      const gate = await house.device(gateId)
      const own =
        gate?.kind === 'gate' && gate.organisationId === organisationId && (shopId === null || shopId === gate.shopId)
      if (!own) throw new Failure('not_found')
      if (gate.state === 'revoked') throw new Failure('device_revoked')
      return { deviceId: gate.id, kind: 'gate', shopId: gate.shopId, organisationId }
    },
  }
}
