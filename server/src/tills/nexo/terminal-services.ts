import { failure, type NexoResponse, success } from './conditions.ts'
import { DiagnosisRequest, EnableServiceRequest, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { malformed, type Outcome, refuse, reply } from './replies.ts'
import { reserve, reservedByOther, useReservation } from './reservations.ts'

/** How the terminal is, and whether we are there to be asked. */
export async function handleDiagnosis(parts: NexoParts, { header, body, terminalId, till }: Request): Promise<Outcome> {
  const form = read(DiagnosisRequest, body, 'SaleToPOIRequest.DiagnosisRequest')
  if (!form.ok) return malformed(header, form.error)
  const terminal = await parts.devices.find(terminalId)
  const isUsable = terminal !== null && !terminal.revoked
  const isOnline = isUsable && terminal.online
  const isBusy = (await parts.payments.activeOf(terminalId)) !== null
  const GlobalStatus = !isUsable ? 'Maintenance' : !isOnline ? 'Unreachable' : isBusy ? 'Busy' : 'OK'
  return reply(header, {
    Response: success(),
    LoggedSaleID: [till.saleId ?? header.SaleID],
    POIStatus: {
      GlobalStatus,
      CommunicationOKFlag: isOnline,
      SecurityOKFlag: isUsable,
      // It reads palms. There is no card reader, no PIN pad and no printer to be well.
      CardReaderOKFlag: false,
      PEDOKFlag: false,
    },
    ...(form.value.HostDiagnosisFlag === true ? { HostStatus: [{ AcquirerID: 'Paume', IsReachableFlag: true }] } : {}),
  })
}

/** Why this till cannot use the terminal's screen now, or null. */
export async function whyTaken(parts: NexoParts, { header, terminalId }: Request): Promise<NexoResponse | null> {
  const terminal = await parts.devices.find(terminalId)
  if (terminal === null || terminal.revoked) return failure('UnavailableDevice', 'The device was revoked')
  if (!terminal.online) return failure('DeviceOut', 'The terminal is not connected')
  if ((await parts.payments.activeOf(terminalId)) !== null) {
    return failure('Busy', 'Another payment is active on this terminal')
  }
  if (await reservedByOther(parts.db, terminalId, header.SaleID, nowOf(parts))) {
    return failure('Busy', 'The terminal is reserved by another till')
  }
  return null
}

/** Keeps the terminal for this till before it knows the amount, or lets it go. No palm is read before an amount is shown. */
export async function handleEnableService(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header, terminalId, till } = request
  const form = read(EnableServiceRequest, request.body, 'SaleToPOIRequest.EnableServiceRequest')
  if (!form.ok) return malformed(header, form.error)
  const { TransactionAction, ServicesEnabled = ['Payment'] } = form.value
  if (TransactionAction === 'AbortTransaction') {
    const was = await useReservation(parts.db, terminalId, header.SaleID)
    return reply(header, {
      Response: was ? success() : failure('NotFound', 'The terminal was not reserved by this till'),
    })
  }
  if (ServicesEnabled.some((service) => service !== 'Payment')) {
    return refuse(header, failure('UnavailableService', 'Only payments can be prepared for'))
  }
  const taken = await whyTaken(parts, request)
  if (taken !== null) return refuse(header, taken)
  const isOurs = await reserve(parts.db, { terminalId, keyId: till.keyId, saleId: header.SaleID }, nowOf(parts))
  return reply(header, { Response: isOurs ? success() : failure('Busy', 'The terminal is reserved by another till') })
}
