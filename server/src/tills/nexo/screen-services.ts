import { failure, type NexoResponse, success } from './conditions.ts'
import { DisplayRequest, InputRequest, type Output, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { malformed, type Outcome, reply } from './replies.ts'
import { contentOf, questionOf } from './screen-content.ts'
import { findScreen, nextLook, putUp, type ScreenRow, takeDown } from './screens.ts'
import { whyTaken } from './terminal-services.ts'

/** A terminal that is connected shows something new within this time: the end of a payment stays on it for up to 15 s, ms. */
const SHOWN_WITHIN_MS = 20_000
/** How long a shopper has for an answer when the till does not say, and at most, ms. */
const INPUT_MS = 60_000
const MOST_INPUT_MS = 300_000

const TAKEN = failure('Busy', 'The screen is taken by a question of another till, or this number by another message')

/** Text, a QR code or the terminal's own screen; told for each output, and only once the terminal shows it. */
export async function handleDisplay(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header } = request
  const form = read(DisplayRequest, request.body, 'SaleToPOIRequest.DisplayRequest')
  if (!form.ok) return malformed(header, form.error)
  const OutputResult: object[] = []
  let isShown = false
  for (const output of form.value.DisplayOutput) {
    const { Device, InfoQualify } = output
    const Response: NexoResponse = isShown
      ? failure('NotAllowed', 'One output at a time is shown')
      : await show(parts, request, output)
    isShown ||= Response.Result === 'Success'
    OutputResult.push({ Device, InfoQualify, Response })
  }
  return reply(header, { OutputResult })
}

async function show(parts: NexoParts, request: Request, output: Output): Promise<NexoResponse> {
  const wanted = contentOf(output)
  if (wanted.kind === 'refused') return wanted.response
  const taken = await whyTaken(parts, request)
  if (taken !== null) return taken
  const { terminalId, serviceId, header } = request
  if (wanted.kind === 'idle') {
    await takeDown(parts, terminalId, { saleId: header.SaleID })
    return success()
  }
  const seconds = output.MinimumDisplayTime ?? 0
  const until = seconds === 0 ? null : new Date(nowOf(parts).getTime() + seconds * 1_000)
  const { content } = wanted
  const row = await putUp(parts, { terminalId, saleId: header.SaleID, serviceId, content, until })
  return row === null ? TAKEN : whenShown(parts, request, row)
}

/** Success as soon as the terminal says so; a screen that nobody sees is taken down again. */
async function whenShown(parts: NexoParts, { terminalId, header }: Request, put: ScreenRow): Promise<NexoResponse> {
  const untilMs = parts.clock.nowMs() + SHOWN_WITHIN_MS
  for (;;) {
    const row = await findScreen(parts, terminalId, put.id)
    if (row === undefined) return failure('Aborted', 'Something else was put on the screen')
    if (row.shown_at !== null) return success()
    const leftMs = untilMs - parts.clock.nowMs()
    if (leftMs <= 0 || parts.payments.stopping) {
      await takeDown(parts, terminalId, { saleId: header.SaleID, id: put.id })
      return failure('DeviceOut', 'The terminal did not show it in time')
    }
    await nextLook(parts, terminalId, leftMs)
  }
}

/** A question with yes and no, or for digits. The reply is held until it is answered. */
export async function handleInput(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header, terminalId, serviceId } = request
  const form = read(InputRequest, request.body, 'SaleToPOIRequest.InputRequest')
  if (!form.ok) return malformed(header, form.error)
  const { InputData, DisplayOutput } = form.value
  const answered = (shown: NexoResponse, given: NexoResponse, Input?: object) =>
    reply(header, {
      ...(DisplayOutput === undefined ? {} : { OutputResult: resultOf(DisplayOutput, shown) }),
      InputResult: { ...resultOf(InputData, given), ...(Input === undefined ? {} : { Input }) },
    })
  const wanted = questionOf(InputData, DisplayOutput)
  if (wanted.kind === 'refused') return answered(wanted.response, wanted.response)
  if (wanted.kind === 'idle') return malformed(header, 'At SaleToPOIRequest.InputRequest: there is no question')
  const taken = await whyTaken(parts, request)
  if (taken !== null) return answered(taken, taken)
  const forMs = Math.min((InputData.MaxInputTime ?? INPUT_MS / 1_000) * 1_000, MOST_INPUT_MS)
  const until = new Date(nowOf(parts).getTime() + forMs)
  const { content } = wanted
  const put = await putUp(parts, { terminalId, saleId: header.SaleID, serviceId, content, until })
  if (put === null) return answered(TAKEN, TAKEN)
  const shown = await whenShown(parts, request, put)
  if (shown.Result === 'Failure') return answered(shown, shown)
  const row = await whenAnswered(parts, request, put)
  if (row === 'gone') return { kind: 'unknown' }
  const answer = row === 'replaced' || row === 'timed_out' ? null : row.answer
  if (row === 'replaced') return answered(shown, failure('Aborted', 'The question was taken off the screen'))
  if (answer === null) return answered(shown, failure('Cancel', 'The shopper did not answer in time'))
  const { InputCommand } = InputData
  switch (answer.kind) {
    case 'cancelled':
      return answered(shown, failure('Cancel', 'Cancelled by the shopper'))
    case 'confirmed':
      return answered(shown, success(), { InputCommand, ConfirmedFlag: answer.yes })
    case 'digits':
      return answered(shown, success(), { InputCommand, DigitInput: answer.digits })
  }
}

const resultOf = ({ Device, InfoQualify }: { Device: string; InfoQualify: string }, Response: NexoResponse) => ({
  Device,
  InfoQualify,
  Response,
})

async function whenAnswered(
  parts: NexoParts,
  { terminalId, header, gone }: Request,
  put: ScreenRow,
): Promise<ScreenRow | 'replaced' | 'timed_out' | 'gone'> {
  const end = () => takeDown(parts, terminalId, { saleId: header.SaleID, id: put.id })
  for (;;) {
    const row = await findScreen(parts, terminalId, put.id)
    if (row === undefined) return 'replaced'
    if (row.answer !== null) return row
    if (gone.aborted || parts.payments.stopping) {
      // Nobody would hear the answer.
      await end()
      return 'gone'
    }
    const leftMs = (row.until?.getTime() ?? 0) - parts.clock.nowMs()
    if (leftMs <= 0) {
      await end()
      return 'timed_out'
    }
    await nextLook(parts, terminalId, leftMs, gone)
  }
}
