import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../failure.ts'
import type {} from '../routing.ts'
import type { IdempotentRequest } from './inputs.ts'
import type { Caller } from './ports.ts'

/** The signed device behind a request, as payments knows callers. */
export function callerOf(request: FastifyRequest): Caller {
  const device = request.device
  if (!device) throw new Failure('signature_missing')
  return { deviceId: device.id, kind: device.kind, shopId: device.shopId, organisationId: device.organisationId }
}

/** The key a request that moves money must carry, with the request it stands for. Throws `idempotency_key_required`. */
export function idempotentOf(request: FastifyRequest): IdempotentRequest {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key === '') throw new Failure('idempotency_key_required')
  return { key, method: request.method, path: request.url.split('?')[0]!, body: request.body }
}

/** Aborted when the client goes away before the reply is sent. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}
