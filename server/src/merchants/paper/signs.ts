import type { ConsoleLanguage, NoticePack, SignText } from '@paume/contract'
import { makePdf, PAPERS, type Paper, type Pdf } from '../../pdf.ts'
import { drawQr } from './qr.ts'

export type Sign = {
  shopId: string
  shop: string
  merchant: string
  pack: NoticePack
  languages: readonly ConsoleLanguage[]
}
export type SignOptions = { origin: string; paper: Paper; madeAt: Date }

/** The words of a sign for one merchant. */
export function wordsFor(text: SignText, merchant: string): SignText {
  const filled = (line: string) => line.replaceAll('{merchant}', merchant)
  return { title: filled(text.title), lines: text.lines.map(filled), more: filled(text.more) }
}

/** Letters of a sign are never smaller than this: it is read standing, by people who did not look for it. Points. */
const LEAST_PT = 12
const LARGEST_PT = 19

/** Notice signs, one a page: every language in its own part of the page, as large as it can be, and a code to the whole notice. */
export function signsPdf(signs: readonly Sign[], options: SignOptions): Promise<Buffer> {
  const [first] = signs
  const language = first?.languages[0] ?? 'en'
  const title = (first?.pack.sign.texts[language] as SignText | undefined)?.title ?? 'Paume'
  return makePdf({ title, paper: options.paper, language, madeAt: options.madeAt, marginPt: 0 }, (pdf) => {
    const pages = signs.flatMap((sign) => pagesOf(pdf, sign, options.paper))
    for (const [index, sign] of pages.entries()) {
      if (index > 0) pdf.addPage()
      drawSign(pdf, sign, options)
    }
  })
}

/** As many languages on a page as letters of `LEAST_PT` leave room for. */
function pagesOf(pdf: Pdf, sign: Sign, paper: Paper): Sign[] {
  const { widthPt, heightPt } = PAPERS[paper]
  const pages: ConsoleLanguage[][] = []
  for (const language of sign.languages) {
    const together = [...(pages.at(-1) ?? []), language]
    const texts = together.map((each) => wordsFor(sign.pack.sign.texts[each] as SignText, sign.merchant))
    const fits = heightAt(pdf, texts, widthPt - 2 * SIDE_PT, LEAST_PT) <= heightPt - HEAD_PT - FOOT_PT
    if (pages.length > 0 && fits) pages[pages.length - 1] = together
    else pages.push([language])
  }
  return pages.map((languages) => ({ ...sign, languages }))
}

const GAP_PT = 14
/** Left and right of the text; above and below it, head and foot of the page included. Points. */
const SIDE_PT = 48
const HEAD_PT = 114
const FOOT_PT = 132

function drawSign(pdf: Pdf, sign: Sign, { origin, paper, madeAt }: SignOptions): void {
  const { widthPt, heightPt } = PAPERS[paper]
  const [left, width] = [SIDE_PT, widthPt - 2 * SIDE_PT]
  const texts = sign.languages.map((language) => wordsFor(sign.pack.sign.texts[language] as SignText, sign.merchant))
  pdf.rect(0, 0, widthPt, 92).fill('#12233f')
  drawHand(pdf, left, 16)
  pdf.fillColor('#fff').font('bold')
  let size = 25
  while (size > 12 && pdf.fontSize(size).widthOfString(texts[0]!.title) > width - 74) size -= 1
  pdf.text(texts[0]!.title, left + 74, 22, { width: width - 74, lineBreak: false })
  pdf
    .font('regular')
    .fontSize(12)
    .text(`${sign.merchant}: ${sign.shop}`, left + 74, 58, { width: width - 74, height: 16, ellipsis: true })

  const [top, bottom] = [HEAD_PT, heightPt - FOOT_PT]
  const bodyPt = largest(pdf, texts, width, bottom - top)
  let y = top
  for (const [index, text] of texts.entries()) {
    if (index > 0) {
      pdf
        .moveTo(left, y - GAP_PT / 2 - 1)
        .lineTo(left + width, y - GAP_PT / 2 - 1)
        .lineWidth(0.7)
        .stroke('#9aa4b5')
      pdf
        .fillColor('#12233f')
        .font('bold')
        .fontSize(bodyPt * 1.15)
        .text(text.title, left, y, { width })
      y += pdf.heightOfString(text.title, { width }) + 3
    }
    pdf.fillColor('#000').font('regular').fontSize(bodyPt)
    for (const line of text.lines) {
      pdf.text(line, left, y, { width, lineGap: 1 })
      y += pdf.heightOfString(line, { width, lineGap: 1 }) + bodyPt * 0.28
    }
    y += GAP_PT
  }
  drawFooter(pdf, sign, texts, { left, width, top: heightPt - FOOT_PT + 14, origin, madeAt })
}

function drawFooter(
  pdf: Pdf,
  { shopId, pack }: Sign,
  texts: readonly SignText[],
  at: { left: number; width: number; top: number; origin: string; madeAt: Date },
): void {
  const address = `${at.origin}/notice/${shopId}`
  pdf
    .moveTo(at.left, at.top)
    .lineTo(at.left + at.width, at.top)
    .lineWidth(0.7)
    .stroke('#9aa4b5')
  drawQr(pdf, address, { x: at.left + at.width - 100, y: at.top + 6, widthPt: 100 })
  const width = at.width - 116
  pdf.fillColor('#000').font('bold').fontSize(11)
  let y = at.top + 12
  for (const { more } of texts) {
    pdf.text(more, at.left, y, { width, lineBreak: false })
    y += 15
  }
  pdf
    .font('regular')
    .fontSize(9)
    .text(address, at.left, y + 2, { width, height: 24, ellipsis: true })
  const edition = `${pack.basis.join('; ')} · ${pack.jurisdiction} ${pack.version} · ${pack.sign.sha256.slice(0, 12)}`
  pdf
    .fillColor('#555')
    .fontSize(7)
    .text(edition, at.left, at.top + 100, { width, height: 10, ellipsis: true })
}

/** The largest letters at which everything fits on the page. */
function largest(pdf: Pdf, texts: readonly SignText[], width: number, heightPt: number): number {
  for (let size = LARGEST_PT; size > LEAST_PT; size -= 0.5)
    if (heightAt(pdf, texts, width, size) <= heightPt) return size
  return LEAST_PT
}

function heightAt(pdf: Pdf, texts: readonly SignText[], width: number, size: number): number {
  let sum = 0
  for (const [index, text] of texts.entries()) {
    if (index > 0)
      sum +=
        pdf
          .font('bold')
          .fontSize(size * 1.15)
          .heightOfString(text.title, { width }) + 3
    pdf.font('regular').fontSize(size)
    for (const line of text.lines) sum += pdf.heightOfString(line, { width, lineGap: 1 }) + size * 0.28
    sum += GAP_PT
  }
  return sum - GAP_PT
}

/** A raised hand with a camera's eye in its palm: 56 points high. */
function drawHand(pdf: Pdf, x: number, y: number): void {
  pdf.save().translate(x, y).lineWidth(3).lineCap('round').lineJoin('round').strokeColor('#fff')
  const fingers: [number, number, number][] = [
    [17, 32, 10],
    [26, 30, 4],
    [35, 31, 6],
    [44, 35, 14],
  ]
  for (const [at, from, to] of fingers) pdf.moveTo(at, from).lineTo(at, to)
  pdf.moveTo(7, 28).lineTo(13, 40).moveTo(13, 40).quadraticCurveTo(16, 58, 31, 58).quadraticCurveTo(46, 58, 46, 40)
  pdf.moveTo(46, 40).lineTo(44, 35).stroke()
  pdf.circle(30, 43, 6.5).stroke()
  pdf.circle(30, 43, 1.5).fillAndStroke('#fff', '#fff')
  pdf.restore()
}
