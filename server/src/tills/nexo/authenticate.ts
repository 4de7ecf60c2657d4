import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import { Failure, invariant } from '../../failure.ts'
import { createRateLimiter } from '../../rate-limit.ts'
import type {} from '../../routing.ts'
import { open, type SecuredMessage, seal } from './cipher.ts'
import type { LocalTill, NexoKeys, Till } from './keys.ts'
import { MessageHeader, read, SecurityTrailer } from './messages.ts'
import type { TillDevices } from './ports.ts'
import type { Message } from './replies.ts'
import { terminalIdOf } from './transaction-id.ts'

/** A message whose sender is known. */
export type Authenticated = {
  till: Till
  message: unknown
  nonce: Buffer | null
  /** How the reply goes: as it is, or sealed for who sealed the request. */
  replyOf(message: Message): object
}

export type Authenticate = (request: FastifyRequest) => Promise<Authenticated>

/** Messages of one key in a minute: a busy till sends a few. */
const MESSAGES = { events: 300, windowMs: 60_000 }
/**
 * Wrong keys from one address before it has to wait. A key has 256 bits: this only keeps the noise down. Right keys are never kept
 * waiting: behind a proxy all tills come from one address.
 */
const WRONG_KEYS = { events: 20, windowMs: 60_000 }

/** Lets a till in that is known, at the rate of people; throws `till_key_unknown` for none, and `rate_limited`. */
export type Admit = (request: FastifyRequest, till: Till | null) => Till

export function createAdmit({ clock, sandboxFactor }: { clock: Clock; sandboxFactor: number }): Admit {
  const perKey = createRateLimiter(clock, { ...MESSAGES, events: MESSAGES.events * sandboxFactor })
  const wrong = createRateLimiter(clock, WRONG_KEYS)
  return (request, till) => {
    if (till === null) {
      wrong.take(request.ip)
      throw new Failure('till_key_unknown')
    }
    perKey.take(till.keyId)
    const { deviceId: id, kind, shopId, organisationId } = till.caller
    request.device = { id, kind, shopId, organisationId, terminalId: null }
    return till
  }
}

/** The till of a request by its `x-api-key`. */
export const createTillOfKey = (keys: NexoKeys, admit: Admit) => async (request: FastifyRequest) => {
  const key = request.headers['x-api-key']
  return admit(request, typeof key === 'string' && key.length <= 200 ? await keys.byApiKey(key) : null)
}

/**
 * Who sends a message: by `x-api-key`, or, in the encrypted form, by being able to seal it. Every case of doubt is the same
 * `till_key_unknown`.
 */
export function createAuthenticate(needs: { keys: NexoKeys; devices: TillDevices; admit: Admit }): Authenticate {
  const { keys, devices, admit } = needs
  const tillOfKey = createTillOfKey(keys, admit)
  return async (request) => {
    const secured = securedOf(request.body)
    if (secured === null) {
      return { till: await tillOfKey(request), message: request.body, nonce: null, replyOf: (message) => message }
    }
    const known = await bySeal(keys, devices, secured)
    admit(request, known?.till ?? null)
    invariant(known, 'who is admitted is known')
    return known
  }
}

/** The encrypted form, recognised by its blob; what is wrong with it otherwise is nobody's to know. */
function securedOf(body: unknown): SecuredMessage | null {
  const envelope = (body as { SaleToPOIRequest?: Partial<SecuredMessage> } | null | undefined)?.SaleToPOIRequest
  return typeof envelope?.NexoBlob === 'string' ? (envelope as SecuredMessage) : null
}

async function bySeal(keys: NexoKeys, devices: TillDevices, secured: SecuredMessage): Promise<Authenticated | null> {
  const header = read(MessageHeader, secured.MessageHeader, 'MessageHeader')
  const trailer = read(SecurityTrailer, secured.SecurityTrailer, 'SecurityTrailer')
  if (!header.ok || !trailer.ok) return null
  const terminalId = terminalIdOf(header.value.POIID)
  const terminal = terminalId === null ? null : await devices.find(terminalId)
  if (terminal === null) return null
  const { KeyIdentifier, KeyVersion, Nonce } = trailer.value
  const till = await keys.byIdentifier(terminal.shopId, KeyIdentifier, KeyVersion)
  if (till === null) return null
  const message = jsonOf(open(secured.NexoBlob, trailer.value, till.secret))
  if (message === null || !sameHeader(message, header.value)) return null
  return { till, message, nonce: Buffer.from(Nonce, 'base64'), replyOf: (answer) => sealed(answer, till) }
}

function jsonOf(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The header outside the blob is not authenticated: it must be the one inside. */
function sameHeader(message: unknown, outside: MessageHeader): boolean {
  const inside = (message as { SaleToPOIRequest?: { MessageHeader?: Partial<MessageHeader> } } | null)?.SaleToPOIRequest
    ?.MessageHeader
  const names = ['MessageCategory', 'SaleID', 'POIID', 'ServiceID', 'DeviceID'] as const
  return inside !== undefined && names.every((name) => (inside[name] ?? undefined) === (outside[name] ?? undefined))
}

/** Each part of a message (`SaleToPOIResponse` or the event's `SaleToPOIRequest`) with a blob in the place of its body. */
function sealed(message: Message, { secret }: LocalTill): object {
  const text = JSON.stringify(message)
  return Object.fromEntries(
    Object.entries(message).map(([name, part]) => [
      name,
      seal(text, (part as { MessageHeader: MessageHeader }).MessageHeader, secret),
    ]),
  )
}
