import { createHash, timingSafeEqual } from 'node:crypto'
import { type DeviceKind, permits } from '@paume/contract'
import type { FastifyReply, FastifyRequest, preValidationAsyncHookHandler } from 'fastify'
import type { Devices } from '../devices/service.ts'
import { Failure } from '../failure.ts'
import type { ShopperId } from '../ids.ts'
import type { Guards, Staff, StaffSessionOf } from '../routing.ts'

export type GuardOptions = {
  devices: Pick<Devices, 'authenticate'>
  /** What a device waits for, so that it ends when the device is revoked. */
  held: { hold(request: FastifyRequest, reply: FastifyReply, deviceId: string): void }
  operatorToken: string
  /** Whose session a bearer token is; throws `shopper_session_required`. */
  shopperOf(token: string): Promise<ShopperId>
  /** Who is signed in with this request; null: nobody. Throws `origin_refused` for a change that came from a page of others. */
  staffOf(request: FastifyRequest): Promise<{ staff: Staff; session: StaffSessionOf } | null>
}

/** Who has the operator's token: a program that sets an installation up, or a person at its keyboard. */
const TOKEN_HOLDER: Staff = {
  id: null,
  name: 'operator token',
  organisationId: null,
  shopIds: null,
  roles: ['operator'],
}

/** What a guard lets in, written on it: a test goes through every route and asks. */
export const GUARD_NAME = Symbol('guard')
const named = (name: string, hook: preValidationAsyncHookHandler): preValidationAsyncHookHandler =>
  Object.assign(hook, { [GUARD_NAME]: name })

export function createGuards({ devices, held, operatorToken, shopperOf, staffOf }: GuardOptions): Guards {
  const find = async (request: FastifyRequest): Promise<Staff | null> => {
    if (sameToken(bearer(request), operatorToken)) return TOKEN_HOLDER
    const person = await staffOf(request)
    if (person?.session.passkeyDue) throw new Failure('passkey_due')
    request.staffSession = person?.session ?? null
    return person?.staff ?? null
  }
  return {
    device: (...kinds: DeviceKind[]) =>
      named(`device ${kinds.join(' ')}`, async (request, reply) => {
        const device = await devices.authenticate({
          method: request.method,
          target: request.raw.url ?? '/',
          headers: request.headers,
          body: request.rawBody,
        })
        request.device = device
        if (!kinds.includes(device.kind)) throw new Failure('device_wrong_kind')
        held.hold(request, reply, device.id)
      }),
    operator: named('operator', async (request) => {
      const staff = await find(request)
      if (staff === null || !staff.roles.includes('operator')) throw new Failure('operator_required')
      request.staff = staff
    }),
    staff: (permission) =>
      named(`staff ${permission}`, async (request) => {
        const staff = await find(request)
        if (staff === null) throw new Failure('staff_session_required')
        if (!permits(staff.roles, permission)) throw new Failure('permission_missing')
        request.staff = staff
      }),
    person: ({ fresh = false, passkeyDue = false } = {}) =>
      named('person', async (request) => {
        const person = await staffOf(request)
        if (person === null) throw new Failure('staff_session_required')
        if (person.session.passkeyDue && !passkeyDue) throw new Failure('passkey_due')
        if (fresh && !person.session.fresh && !person.session.passkeyDue) throw new Failure('sign_in_again')
        request.staff = person.staff
        request.staffSession = person.session
      }),
    shopper: named('shopper', async (request) => {
      const token = bearer(request)
      if (token === '') throw new Failure('shopper_session_required')
      request.shopperId = await shopperOf(token)
    }),
  }
}

const bearer = (request: FastifyRequest) =>
  /^Bearer ([\w.-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''

/** Compares digests, so that neither length nor prefix shows in the time it takes. */
const sameToken = (given: string, wanted: string) =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest())
