import type { ConsoleLanguage, DeviceKind } from '@paume/contract'
import { makePdf, PAPERS, type Paper, type Pdf } from '../../pdf.ts'
import { drawQr } from './qr.ts'
import { fillWords, SHEET_WORDS } from './sheet-words.ts'

export type Sheet = {
  shop: { name: string; number: string | null; town: string | null }
  lane: string | null
  device: { name: string; kind: DeviceKind }
  /** Eight letters. */
  code: string
  expiresAt: Date
  timeZone: string
}
export type SheetOptions = {
  origin: string
  paper: Paper
  layout: 'page' | 'cards'
  language: ConsoleLanguage
  madeAt: Date
}

/** The page of each kind of device. */
const PAGES: Record<DeviceKind, string> = {
  kiosk: '/kiosk',
  terminal: '/terminal',
  register: '/register',
  gate: '/gate',
  door: '/gate',
}
const spaced = (code: string) => {
  const plain = code.replace(/-/g, '')
  return `${plain.slice(0, 4)}-${plain.slice(4)}`
}
const shopLine = ({ name, number, town }: Sheet['shop']) =>
  [number === null ? name : `${name} (${number})`, town].filter((part) => part !== null).join(', ')

/** Pairing sheets: one device a page, or six cards a page to be cut apart. */
export function pairingSheets(sheets: readonly Sheet[], options: SheetOptions): Promise<Buffer> {
  const words = SHEET_WORDS[options.language]
  const head = {
    title: words.title,
    paper: options.paper,
    language: options.language,
    madeAt: options.madeAt,
    marginPt: 0,
  }
  return makePdf(head, (pdf) => {
    if (sheets.length === 0) {
      pdf.fontSize(16).text(words.paired, 60, 80, { width: PAPERS[options.paper].widthPt - 120 })
      return
    }
    if (options.layout === 'page') drawPages(pdf, sheets, options)
    else drawCards(pdf, sheets, options)
  })
}

const dayOf = ({ expiresAt, timeZone }: Sheet, language: ConsoleLanguage) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(expiresAt)

/** Text in one line, made smaller until it fits. */
function fitted(pdf: Pdf, text: string, x: number, y: number, widthPt: number, sizePt: number): number {
  let size = sizePt
  pdf.fontSize(size)
  while (size > 7 && pdf.widthOfString(text) > widthPt) pdf.fontSize(--size)
  pdf.text(text, x, y, { width: widthPt, height: size * 1.4, ellipsis: true, lineBreak: false })
  return y + size * 1.45
}

function drawPages(pdf: Pdf, sheets: readonly Sheet[], { origin, paper, language }: SheetOptions): void {
  const words = SHEET_WORDS[language]
  const { widthPt, heightPt } = PAPERS[paper]
  const [left, width] = [56, widthPt - 112]
  for (const [index, sheet] of sheets.entries()) {
    if (index > 0) pdf.addPage()
    const address = origin + PAGES[sheet.device.kind]
    pdf.fillColor('#000').font('regular')
    let y = fitted(pdf, shopLine(sheet.shop), left, 54, width, 15)
    pdf.font('bold')
    y = fitted(pdf, words.title, left, y, width, 30)
    pdf.font('regular')
    const where = [words.kinds[sheet.device.kind], sheet.device.name, sheet.lane && `${words.lane}: ${sheet.lane}`]
    y = fitted(pdf, where.filter(Boolean).join(' · '), left, y, width, 15)
    const side = 230
    drawQr(pdf, `${address}?pair=${spaced(sheet.code)}`, { x: (widthPt - side) / 2, y: y + 12, widthPt: side })
    y += side + 22
    pdf.font('bold').fontSize(44).text(spaced(sheet.code), left, y, { width, align: 'center', characterSpacing: 3 })
    y += 66
    pdf.font('regular').fontSize(13)
    for (const [step, line] of words.steps.entries()) {
      const text = fillWords(line, { address })
      pdf.text(`${step + 1}.`, left, y).text(text, left + 22, y, { width: width - 22, lineGap: 2 })
      y += pdf.heightOfString(text, { width: width - 22, lineGap: 2 }) + 6
    }
    pdf
      .font('bold')
      .fontSize(13)
      .text(fillWords(words.until, { day: dayOf(sheet, language) }), left, y + 8, { width })
    pdf
      .font('regular')
      .fontSize(11)
      .text(words.once, left, y + 28, { width })
    const page = fillWords(words.page, { page: index + 1, pages: sheets.length })
    pdf
      .fontSize(9)
      .fillColor('#444')
      .text(page, left, heightPt - 40, { width, align: 'right', lineBreak: false })
  }
}

const CARDS = { across: 2, down: 3 }

function drawCards(pdf: Pdf, sheets: readonly Sheet[], { origin, paper, language }: SheetOptions): void {
  const words = SHEET_WORDS[language]
  const { widthPt, heightPt } = PAPERS[paper]
  const [wide, high] = [widthPt / CARDS.across, heightPt / CARDS.down]
  const perPage = CARDS.across * CARDS.down
  for (const [index, sheet] of sheets.entries()) {
    const at = index % perPage
    if (index > 0 && at === 0) pdf.addPage()
    if (at === 0) drawCuts(pdf, widthPt, heightPt)
    const [x, top, width] = [(at % CARDS.across) * wide + 26, Math.floor(at / CARDS.across) * high + 24, wide - 52]
    const address = origin + PAGES[sheet.device.kind]
    pdf.fillColor('#000').font('bold')
    let y = fitted(pdf, shopLine(sheet.shop), x, top, width, 12)
    pdf.font('regular')
    const where = [words.kinds[sheet.device.kind], sheet.lane ?? sheet.device.name]
    y = fitted(pdf, where.join(' · '), x, y, width, 11)
    const side = 118
    drawQr(pdf, `${address}?pair=${spaced(sheet.code)}`, { x: x + (width - side) / 2, y, widthPt: side })
    y += side + 2
    pdf.font('bold').fontSize(22).text(spaced(sheet.code), x, y, { width, align: 'center', characterSpacing: 2 })
    pdf.font('regular')
    y = fitted(pdf, address, x, y + 31, width, 9)
    fitted(pdf, fillWords(words.until, { day: dayOf(sheet, language) }), x, y, width, 9)
  }
}

function drawCuts(pdf: Pdf, widthPt: number, heightPt: number): void {
  pdf.save().lineWidth(0.5).dash(4, { space: 4 }).strokeColor('#888')
  for (let line = 1; line < CARDS.across; line++) {
    pdf.moveTo((widthPt / CARDS.across) * line, 0).lineTo((widthPt / CARDS.across) * line, heightPt)
  }
  for (let line = 1; line < CARDS.down; line++) {
    pdf.moveTo(0, (heightPt / CARDS.down) * line).lineTo(widthPt, (heightPt / CARDS.down) * line)
  }
  pdf.stroke().undash().restore()
}
