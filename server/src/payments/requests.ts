import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../failure.ts'
import type {} from '../routing.ts'
import type { Caller } from './ports.ts'

/** The signed device behind a request, as payments knows callers. */
export function callerOf(request: FastifyRequest): Caller {
  const device = request.device
  if (!device) throw new Failure('signature_missing')
  return { deviceId: device.id, kind: device.kind, shopId: device.shopId, organisationId: device.organisationId }
}

/** Aborted when the client goes away before the reply is sent. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}
