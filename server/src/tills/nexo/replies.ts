import { toTimestamp } from '../../clock.ts'
import { failure, type NexoResponse } from './conditions.ts'
import type { Category, MessageHeader } from './messages.ts'

/** A whole message from us to the till. */
export type Message = Record<string, unknown>

/** What a request came to. */
export type Outcome =
  /** `isAnnounced`: an event with it was written together with the answer. */
  | { kind: 'message'; message: Message; isAnnounced?: boolean }
  /** Done, and the standard has no reply for it (an abort). */
  | { kind: 'silence' }
  /** Not known yet when nobody may wait any longer: told as HTTP, so that the till asks for the status instead of taking it for a failure. */
  | { kind: 'unknown' }

export const PROTOCOL_VERSION = '3.0'

/** The header of a reply: what the till sent, turned around. */
export const replyHeader = (header: MessageHeader): Record<string, string> => ({
  ProtocolVersion: PROTOCOL_VERSION,
  MessageClass: header.MessageClass,
  MessageCategory: header.MessageCategory,
  MessageType: 'Response',
  SaleID: header.SaleID,
  POIID: header.POIID,
  ...(header.ServiceID === undefined ? {} : { ServiceID: header.ServiceID }),
  ...(header.DeviceID === undefined ? {} : { DeviceID: header.DeviceID }),
})

export const reply = (header: MessageHeader, body: Record<string, unknown>): Outcome => ({
  kind: 'message',
  message: { SaleToPOIResponse: { MessageHeader: replyHeader(header), [`${header.MessageCategory}Response`]: body } },
})

/** Categories that the standard gives no response of their own. */
const WITHOUT_RESPONSE: readonly Category[] = ['Abort', 'Event', 'InputUpdate']

/** A request that was understood and is refused. */
export function refuse(header: MessageHeader, response: NexoResponse, more: Record<string, unknown> = {}): Outcome {
  if (!WITHOUT_RESPONSE.includes(header.MessageCategory)) return reply(header, { Response: response, ...more })
  const message = new URLSearchParams(response.AdditionalResponse ?? '').get('message') ?? 'Refused'
  return reject(header, message, new Date())
}

/** One long message is enough to see what was wrong, characters. */
const MAX_QUOTED = 8_000

/**
 * The event `Reject`: the message could not be understood as one that has a response. Whatever of its header is usable is repeated, so
 * that the till can tell which it was.
 */
export function reject(header: unknown, message: string, now: Date, rejected?: unknown): Outcome {
  const given = (typeof header === 'object' && header !== null ? header : {}) as Record<string, unknown>
  const repeated = ['SaleID', 'POIID', 'ServiceID', 'DeviceID'].flatMap((name) => {
    const value = given[name]
    return typeof value === 'string' && value.length <= 80 ? [[name, value]] : []
  })
  const EventNotification = {
    TimeStamp: toTimestamp(now),
    EventToNotify: 'Reject',
    EventDetails: new URLSearchParams({ message }).toString(),
    ...(rejected === undefined
      ? {}
      : { RejectedMessage: Buffer.from(JSON.stringify(rejected).slice(0, MAX_QUOTED)).toString('base64') }),
  }
  const MessageHeader = {
    ProtocolVersion: PROTOCOL_VERSION,
    MessageClass: 'Event',
    MessageCategory: 'Event',
    MessageType: 'Notification',
    ...Object.fromEntries(repeated),
  }
  return { kind: 'message', message: { SaleToPOIRequest: { MessageHeader, EventNotification } } }
}

export const malformed = (header: MessageHeader, errors: string, more: Record<string, unknown> = {}): Outcome =>
  refuse(header, failure('MessageFormat', 'The message is not in the form of its category', { errors }), more)
