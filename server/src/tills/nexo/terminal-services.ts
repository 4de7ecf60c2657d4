import { failure, success } from './conditions.ts'
import { DiagnosisRequest, DisplayRequest, EnableServiceRequest, InputRequest, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { malformed, type Outcome, refuse, reply } from './replies.ts'
import { reserve, useReservation } from './reservations.ts'

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
  const terminal = await parts.devices.find(terminalId)
  if (terminal === null || terminal.revoked)
    return refuse(header, failure('UnavailableDevice', 'The device was revoked'))
  if (!terminal.online) return refuse(header, failure('DeviceOut', 'The terminal is not connected'))
  if ((await parts.payments.activeOf(terminalId)) !== null) {
    return refuse(header, failure('Busy', 'Another payment is active on this terminal'))
  }
  const isOurs = await reserve(parts.db, { terminalId, keyId: till.keyId, saleId: header.SaleID }, nowOf(parts))
  return reply(header, { Response: isOurs ? success() : failure('Busy', 'The terminal is reserved by another till') })
}

const NO_SCREEN = 'The screen shows amount, merchant and guidance only'

/** The screen belongs to the payment: nothing of a till's own is put on it, and the till is told so for each output. */
export async function handleDisplay(_parts: NexoParts, { header, body }: Request): Promise<Outcome> {
  const form = read(DisplayRequest, body, 'SaleToPOIRequest.DisplayRequest')
  if (!form.ok) return malformed(header, form.error)
  const OutputResult = form.value.DisplayOutput.map(({ Device, InfoQualify }) => ({
    Device,
    InfoQualify,
    Response: Device.startsWith('Cashier')
      ? failure('UnavailableDevice', 'There is no display for the cashier')
      : failure('UnavailableService', NO_SCREEN),
  }))
  return reply(header, { OutputResult })
}

/** No text or number is ever asked of a shopper but what a payment asks. */
export async function handleInput(_parts: NexoParts, { header, body }: Request): Promise<Outcome> {
  const form = read(InputRequest, body, 'SaleToPOIRequest.InputRequest')
  if (!form.ok) return malformed(header, form.error)
  const { InputData, DisplayOutput } = form.value
  const Response = InputData.Device.startsWith('Cashier')
    ? failure('UnavailableDevice', 'There is no keyboard for the cashier')
    : failure('UnavailableService', NO_SCREEN)
  const result = ({ Device, InfoQualify }: { Device: string; InfoQualify: string }) => ({
    Device,
    InfoQualify,
    Response,
  })
  return reply(header, {
    ...(DisplayOutput === undefined ? {} : { OutputResult: result(DisplayOutput) }),
    InputResult: result(InputData),
  })
}
