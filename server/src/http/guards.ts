import { createHash, timingSafeEqual } from 'node:crypto'
import type { DeviceKind } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import type { Devices } from '../devices/service.ts'
import { Failure } from '../failure.ts'
import type { ShopperId } from '../ids.ts'
import type { Guards } from '../routing.ts'

export type GuardOptions = {
  devices: Pick<Devices, 'authenticate'>
  operatorToken: string
  /** Whose session a bearer token is; throws `shopper_session_required`. */
  shopperOf(token: string): Promise<ShopperId>
}

export function createGuards({ devices, operatorToken, shopperOf }: GuardOptions): Guards {
  return {
    device(...kinds: DeviceKind[]) {
      return async (request) => {
        const device = await devices.authenticate({
          method: request.method,
          target: request.raw.url ?? '/',
          headers: request.headers,
          body: request.rawBody,
        })
        request.device = device
        if (!kinds.includes(device.kind)) throw new Failure('device_wrong_kind')
      }
    },
    async operator(request) {
      if (!sameToken(bearer(request), operatorToken)) throw new Failure('operator_required')
    },
    async shopper(request) {
      const token = bearer(request)
      if (token === '') throw new Failure('shopper_session_required')
      request.shopperId = await shopperOf(token)
    },
  }
}

const bearer = (request: FastifyRequest) =>
  /^Bearer ([\w.-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''

/** Compares digests, so that neither length nor prefix shows in the time it takes. */
const sameToken = (given: string, wanted: string) =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest())
