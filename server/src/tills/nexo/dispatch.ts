import { handleAbort } from './abort.ts'
import { failure } from './conditions.ts'
import { findByService, messageSha256 } from './exchange-store.ts'
import type { Till } from './keys.ts'
import { type Category, MessageHeader, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { handlePayment } from './payment.ts'
import { handleReconciliation } from './reconciliation.ts'
import { type Outcome, refuse, reject } from './replies.ts'
import { handleReversal } from './reversal.ts'
import { handleDisplay, handleInput } from './screen-services.ts'
import { handleDiagnosis, handleEnableService } from './terminal-services.ts'
import { terminalIdOf } from './transaction-id.ts'
import { handleTransactionStatus } from './transaction-status.ts'

type Handler = (parts: NexoParts, request: Request) => Promise<Outcome>

const unavailable =
  (what: string): Handler =>
  async (_parts, { header }) =>
    refuse(header, failure('UnavailableService', what))

const noMessageOfTills: Handler = async (parts, { header }) =>
  reject(header, `${header.MessageCategory} is no request that is answered here`, nowOf(parts))

/** Every category of the standard, and who answers it. */
export const HANDLERS: Readonly<Record<Category, Handler>> = {
  Payment: handlePayment,
  Reversal: handleReversal,
  Abort: handleAbort,
  TransactionStatus: handleTransactionStatus,
  Diagnosis: handleDiagnosis,
  EnableService: handleEnableService,
  Reconciliation: handleReconciliation,
  Display: handleDisplay,
  Input: handleInput,
  CardAcquisition: unavailable('No card is read, and no palm before an amount is shown'),
  CardReaderAPDU: unavailable('There is no card reader'),
  CardReaderInit: unavailable('There is no card reader'),
  CardReaderPowerOff: unavailable('There is no card reader'),
  PIN: unavailable('There is no PIN pad'),
  Print: unavailable('There is no printer; receipts come with the reply'),
  Sound: unavailable('The terminal makes no sounds for tills'),
  BalanceInquiry: unavailable('Balances are not asked for'),
  StoredValue: unavailable('There are no stored-value cards'),
  Loyalty: unavailable('There are no loyalty cards'),
  Batch: unavailable('Transactions are sent one by one'),
  GetTotals: unavailable('Totals come with Reconciliation'),
  Login: unavailable('Nobody logs in: each message carries its key'),
  Logout: unavailable('Nobody logs in: each message carries its key'),
  Admin: unavailable('Terminals are managed by their operator'),
  Transmit: unavailable('Nothing is passed through'),
  InputUpdate: noMessageOfTills,
  Event: noMessageOfTills,
}

export type Incoming = {
  message: unknown
  till: Till
  style: Request['style']
  nonce: Buffer | null
  gone: AbortSignal
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The header and the one body of a message, or what is wrong with it. */
export function readMessage(
  message: unknown,
):
  | { ok: true; header: MessageHeader; serviceId: string; body: unknown }
  | { ok: false; header: unknown; error: string } {
  const envelope = isObject(message) ? message.SaleToPOIRequest : undefined
  if (!isObject(envelope)) return { ok: false, header: null, error: 'There is no SaleToPOIRequest' }
  const header = read(MessageHeader, envelope.MessageHeader, 'SaleToPOIRequest.MessageHeader')
  if (!header.ok) return { ok: false, header: envelope.MessageHeader, error: header.error }
  const { MessageCategory, MessageClass, ServiceID, DeviceID } = header.value
  const at = 'At SaleToPOIRequest.MessageHeader'
  const serviceId = MessageClass === 'Service' ? ServiceID : (ServiceID ?? DeviceID)
  if (serviceId === undefined) {
    const field = MessageClass === 'Service' ? 'ServiceID' : 'DeviceID'
    return { ok: false, header: header.value, error: `${at}, field ${field}: missing` }
  }
  const body = envelope[`${MessageCategory}Request`]
  if (!isObject(body)) {
    return { ok: false, header: header.value, error: `At SaleToPOIRequest, field ${MessageCategory}Request: missing` }
  }
  return { ok: true, header: header.value, serviceId, body }
}

/** Answers one message of a till that is known by its key. */
export async function dispatch(parts: NexoParts, { message, till, ...how }: Incoming): Promise<Outcome> {
  const read = readMessage(message)
  if (!read.ok) return reject(read.header, read.error, nowOf(parts), message)
  const { header, serviceId, body } = read
  const { shopId, deviceId } = till.caller
  if (till.saleId !== null && header.SaleID !== till.saleId && header.SaleID !== deviceId) {
    return refuse(header, failure('NotAllowed', 'This key does not speak for that SaleID'))
  }
  const terminalId = terminalIdOf(header.POIID)
  const terminal = terminalId === null ? null : await parts.devices.find(terminalId)
  if (terminal?.kind !== 'terminal' || terminal.shopId !== shopId) {
    return refuse(header, failure('UnavailableDevice', 'No such terminal in this shop'))
  }
  const reference = { shopId, terminalId: terminal.id, saleId: header.SaleID, serviceId }
  const known = await findByService(parts.db, reference, nowOf(parts))
  if (known !== undefined && !known.request_sha256.equals(messageSha256({ header, body }))) {
    return refuse(header, failure('NotAllowed', 'The ServiceID was already used for another message'))
  }
  return HANDLERS[header.MessageCategory](parts, { till, header, serviceId, body, terminalId: terminal.id, ...how })
}
