import type { TillScreen } from '@paume/contract'
import { failure, type NexoResponse } from './conditions.ts'
import type { InputData, Output } from './messages.ts'

export type ScreenContent = TillScreen['content']
export type ReadContent =
  | { kind: 'content'; content: ScreenContent }
  /** The till wants the terminal's own screen back. */
  | { kind: 'idle' }
  | { kind: 'refused'; response: NexoResponse }

/** What is told to people and not to devices; the others (`POIReplication`, `Document`, `Sound` …) belong to what is not there. */
const SHOWABLE = ['CustomerAssistance', 'Display', 'Error', 'Status']
/** As many lines fit on the smallest terminal, beside a title. */
const MAX_LINES = 20
/** Digits at most: a phone number with its country, a member number; a card number must not be asked for. */
const MAX_DIGITS = 15

const refused = (...told: Parameters<typeof failure>): ReadContent => ({ kind: 'refused', response: failure(...told) })

/** What an output puts on the screen, or why it cannot. */
export function contentOf({ Device, InfoQualify, OutputContent }: Output): ReadContent {
  if (Device.startsWith('Cashier')) return refused('UnavailableDevice', 'There is no display for the cashier')
  if (Device !== 'CustomerDisplay') return refused('UnavailableDevice', 'There is no such display')
  if (!SHOWABLE.includes(InfoQualify)) return refused('UnavailableService', 'This is not shown on a terminal')
  const { OutputFormat, OutputText = [], OutputBarcode, PredefinedContent } = OutputContent
  const [title = '', ...lines] = OutputText.map(({ Text = '' }) => Text)
  if (lines.length > MAX_LINES || title.length > 200) {
    return refused('MessageFormat', 'A title of 200 letters and 20 lines are shown at most')
  }
  switch (OutputFormat) {
    case 'Text':
      return title === ''
        ? refused('MessageFormat', 'There is no text to show')
        : { kind: 'content', content: { title, lines } }
    case 'BarCode':
      if (OutputBarcode?.BarcodeType?.toLowerCase() !== 'qrcode') {
        return refused('UnavailableService', 'Of barcodes only QR codes are shown')
      }
      return OutputBarcode.BarcodeValue === undefined || OutputBarcode.BarcodeValue === ''
        ? refused('MessageFormat', 'There is no BarcodeValue')
        : { kind: 'content', content: { title, lines, qrText: qrTextOf(OutputBarcode.BarcodeValue) } }
    case 'MessageRef':
      // `Idle`, also with parameters behind it.
      return /^idle\b/i.test(PredefinedContent?.ReferenceID ?? '')
        ? { kind: 'idle' }
        : refused('UnavailableService', 'Of predefined screens there is only Idle')
    case 'XHTML':
      return refused('UnavailableService', 'No markup is shown')
  }
}

/** Tills of this kind send addresses as they are, and all other text percent-encoded. */
function qrTextOf(value: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(value)) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** The screen of a question: its text, and how it is answered. */
export function questionOf(data: InputData, output: Output | undefined): ReadContent {
  if (data.Device.startsWith('Cashier')) return refused('UnavailableDevice', 'There is no keyboard for the cashier')
  if (data.Device !== 'CustomerInput' || data.InfoQualify !== 'Input') {
    return refused('UnavailableService', 'Shoppers are asked by CustomerInput and Input only')
  }
  const { InputCommand } = data
  if (InputCommand !== 'GetConfirmation' && InputCommand !== 'DigitString') {
    return refused('UnavailableService', 'Yes or no and digits are asked for; no text, password, menu or signature')
  }
  if (output === undefined || output.OutputContent.OutputFormat !== 'Text') {
    return refused('MessageFormat', 'A question needs a DisplayOutput with text')
  }
  const read = contentOf(output)
  if (read.kind !== 'content') return read
  const { title, lines } = read.content
  if (InputCommand === 'GetConfirmation') {
    // Title, text, the word for no, the word for yes: the form that terminals of this kind know.
    const [text = '', no = '', yes = ''] = lines
    if (no.length > 200 || yes.length > 200) return refused('MessageFormat', 'The words of the buttons are too long')
    const content: ScreenContent = { title, lines: text === '' ? [] : [text], ask: { kind: 'confirmation', no, yes } }
    return { kind: 'content', content }
  }
  const { MinLength: minLength = 1, MaxLength: maxLength = MAX_DIGITS, MaskCharactersFlag: masked = false } = data
  if (maxLength > MAX_DIGITS || minLength > maxLength) {
    return refused('UnavailableService', `No more than ${MAX_DIGITS} digits are asked for`)
  }
  return { kind: 'content', content: { title, lines, ask: { kind: 'digits', minLength, maxLength, masked } } }
}
