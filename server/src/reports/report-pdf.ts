import type {
  ConsoleLanguage,
  Currency,
  DriftReport,
  FalseRefusalsReport,
  FunnelReport,
  PeriodMoney,
  ShopsReport,
} from '@paume/contract'
import { FUNNEL_STEPS } from '@paume/contract'
import { makePdf, type Pdf } from '../pdf.ts'
import { drawTable, type PdfCell } from './pdf-table.ts'
import { type AnyReport, decimalOf, msOf } from './report-table.ts'
import { REPORT_TEXTS, type ReportTexts, say } from './report-texts.ts'

const INK = '#1d1b20'
const SOFT = '#5b5862'
const ACCENT = '#5b3fa0'
const TAGS: Record<ConsoleLanguage, string> = { en: 'en', fr: 'fr', es: 'es', zh: 'zh-Hans' }
const TITLES = { funnel: 'funnel', 'false-refusals': 'false_refusals', drift: 'drift', shops: 'shops' } as const
const NOTES = {
  funnel: 'note_funnel',
  'false-refusals': 'note_false_refusals',
  drift: 'note_drift',
  shops: 'note_shops',
} as const
const MARGIN_PT = 40

/** A report to print: A4, landscape. */
export function pdfFor(which: AnyReport, language: ConsoleLanguage): Promise<Buffer> {
  const texts = REPORT_TEXTS[language]
  const { from, to, madeAt } = which.report
  const title = texts[TITLES[which.name]]
  const options = { title, paper: 'a4', landscape: true, language: TAGS[language], marginPt: MARGIN_PT } as const
  return makePdf({ ...options, madeAt: new Date(madeAt) }, (pdf) => {
    pdf.font('bold').fontSize(20).fillColor(INK).text(title)
    pdf.font('regular').fontSize(10).fillColor(SOFT)
    const made = say(texts.made, { at: madeAt.slice(0, 16).replace('T', ' ') })
    pdf.text(`${say(texts.period, { from, to })}   ·   ${made}`)
    pdf.moveDown(0.4).fontSize(9).text(texts[NOTES[which.name]], { width: 620 })
    pdf.moveDown(1)
    if (isEmpty(which)) pdf.fontSize(11).fillColor(INK).text(texts.nothing)
    else draw(pdf, which, texts, TAGS[language])
    numberPages(pdf, texts)
  })
}

function isEmpty(which: AnyReport): boolean {
  switch (which.name) {
    case 'funnel':
      return Object.values(which.report.total).every((count) => count === 0)
    case 'false-refusals':
      return which.report.devices.length === 0
    case 'drift':
      return which.report.series.length === 0
    case 'shops':
      return which.report.shops.every(({ hovers, approved, money }) => hovers + approved + money.length === 0)
  }
}

function draw(pdf: Pdf, which: AnyReport, texts: ReportTexts, tag: string): void {
  const numbers = new Intl.NumberFormat(tag)
  const n: Say = (value) => numbers.format(value)
  const money: SayMoney = (minor, currency) =>
    new Intl.NumberFormat(tag, { style: 'currency', currency }).format(decimalOf(minor, currency) as `${number}`)
  switch (which.name) {
    case 'funnel':
      drawFunnel(pdf, which.report, texts, n)
      break
    case 'false-refusals':
      drawRefusals(pdf, which.report, texts, n)
      break
    case 'drift':
      drawDrift(pdf, which.report, texts, n)
      break
    case 'shops':
      drawShops(pdf, which.report, texts, n, money)
      break
  }
}

type Say = (value: number) => string
type SayMoney = (minor: number, currency: Currency) => string

function drawFunnel(pdf: Pdf, { total, shops }: FunnelReport, texts: ReportTexts, n: Say): void {
  const most = Math.max(...Object.values(total))
  const left = pdf.page.margins.left
  for (const step of FUNNEL_STEPS) {
    const y = pdf.y
    pdf
      .font('regular')
      .fontSize(10)
      .fillColor(INK)
      .text(texts[step], left, y + 4, { width: 130 })
    pdf.rect(left + 140, y, Math.max(1.5, (500 * total[step]) / most), 20).fill(ACCENT)
    pdf
      .font('bold')
      .fillColor(INK)
      .text(n(total[step]), left + 150 + (500 * total[step]) / most, y + 4)
    pdf.y = y + 26
  }
  pdf.x = left
  pdf.moveDown(1)
  const numeric = FUNNEL_STEPS.map((step) => ({ label: texts[step], widthPt: 80, numeric: true }))
  const rows = shops.map((line) => [
    line.shop.name,
    line.brand?.name ?? '',
    ...FUNNEL_STEPS.map((step) => n(line[step])),
  ])
  const sum = [texts.total, '', ...FUNNEL_STEPS.map((step) => n(total[step]))]
  const columns = [{ label: texts.shop, widthPt: 210 }, { label: texts.brand, widthPt: 150 }, ...numeric]
  drawTable(pdf, columns, [...rows, sum], { lastIsTotal: true })
}

/** The share of a cell as a mix of paper and ink: legible in black and white, too. */
const shade = (share: number) => {
  const mix = (from: number, to: number) =>
    Math.round(from + (to - from) * Math.min(1, share))
      .toString(16)
      .padStart(2, '0')
  return `#${mix(0xee, 0x3b)}${mix(0xec, 0x1f)}${mix(0xf1, 0x7a)}`
}

/** Beyond this share a cell is as dark as any: one in five. */
const DARKEST_SHARE = 0.2

function drawRefusals(pdf: Pdf, { devices }: FalseRefusalsReport, texts: ReportTexts, n: Say): void {
  const rows = devices.map(({ device, shop, hovers, identified, refusedThenIdentified, rate, hours }): PdfCell[] => [
    device.name,
    shop.name,
    n(hovers),
    n(identified),
    n(refusedThenIdentified),
    rate === null ? '' : `${(rate * 100).toFixed(1)} %`,
    {
      draw(on, { x, y, widthPt, heightPt }) {
        const cell = widthPt / 24
        for (const [place, hour] of hours.entries()) {
          const tries = hour.refusedThenIdentified + hour.identified
          const share = hour.refusedThenIdentified / tries / DARKEST_SHARE
          if (tries === 0) on.rect(x + place * cell, y + heightPt - 5, cell - 1, 1).fill('#d5d2da')
          else on.rect(x + place * cell, y + 3, cell - 1, heightPt - 6).fill(shade(share))
        }
        on.fillColor(INK)
      },
    },
  ])
  drawTable(
    pdf,
    [
      { label: texts.device, widthPt: 130 },
      { label: texts.shop, widthPt: 140 },
      { label: texts.hovers, widthPt: 60, numeric: true },
      { label: texts.identified, widthPt: 65, numeric: true },
      { label: texts.refused_then_identified, widthPt: 80, numeric: true },
      { label: texts.rate, widthPt: 50, numeric: true },
      { label: `${texts.hour} 0–23`, widthPt: 235 },
    ],
    rows,
  )
}

function drawDrift(pdf: Pdf, { series }: DriftReport, texts: ReportTexts, n: Say): void {
  const rows = series.flatMap(({ device, shop, model, weeks }) =>
    weeks.map(({ week, hovers, median, shares }): PdfCell[] => [
      device.name,
      shop.name,
      model,
      week,
      n(hovers),
      median === null ? '–' : median.toFixed(1),
      {
        draw(on, { x, y, widthPt, heightPt }) {
          const most = Math.max(...(shares ?? [1]))
          const bar = widthPt / (shares?.length ?? 1)
          shares?.forEach((share, place) => {
            const height = Math.max(0.5, ((heightPt - 5) * share) / most)
            on.rect(x + place * bar, y + heightPt - 2 - height, bar - 1.5, height).fill(ACCENT)
          })
          on.fillColor(INK)
        },
      },
    ]),
  )
  drawTable(
    pdf,
    [
      { label: texts.device, widthPt: 130 },
      { label: texts.shop, widthPt: 140 },
      { label: texts.model, widthPt: 150 },
      { label: texts.week, widthPt: 75 },
      { label: texts.hovers, widthPt: 60, numeric: true },
      { label: texts.median, widthPt: 75, numeric: true },
      { label: texts.shares, widthPt: 130 },
    ],
    rows,
  )
}

function drawShops(pdf: Pdf, { money: sums, shops }: ShopsReport, texts: ReportTexts, n: Say, money: SayMoney): void {
  const amounts = (all: readonly PeriodMoney[], key: 'chargedMinor' | 'refundedMinor' | 'netMinor') =>
    all.map((one) => money(one[key], one.currency)).join('\n')
  const sum = (key: 'hovers' | 'identified' | 'refused' | 'approved' | 'declined') =>
    n(shops.reduce((total, shop) => total + shop[key], 0))
  const rows = shops.map((line) => [
    line.shop.name,
    line.brand?.name ?? '',
    ...[n(line.hovers), n(line.identified), n(line.refused), String(msOf(line.p95) ?? '–')],
    ...[n(line.approved), n(line.declined)],
    ...[amounts(line.money, 'chargedMinor'), amounts(line.money, 'refundedMinor'), amounts(line.money, 'netMinor')],
  ])
  const total = [
    ...[texts.total, '', sum('hovers'), sum('identified'), sum('refused'), '', sum('approved'), sum('declined')],
    ...[amounts(sums, 'chargedMinor'), amounts(sums, 'refundedMinor'), amounts(sums, 'netMinor')],
  ]
  const number = (label: string, widthPt: number) => ({ label, widthPt, numeric: true })
  drawTable(
    pdf,
    [
      { label: texts.shop, widthPt: 112 },
      { label: texts.brand, widthPt: 70 },
      ...[number(texts.hovers, 52), number(texts.identified, 60), number(texts.refused, 55), number(texts.p95_ms, 62)],
      ...[number(texts.approved, 52), number(texts.declined, 56)],
      ...[number(texts.charged, 84), number(texts.refunded, 74), number(texts.net, 84)],
    ],
    [...rows, total],
    { lastIsTotal: true },
  )
}

function numberPages(pdf: Pdf, texts: ReportTexts): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page)
    const { width, height, margins } = pdf.page
    // The lower margin would otherwise begin a new page.
    margins.bottom = 0
    pdf.font('regular').fontSize(8).fillColor(SOFT)
    const words = say(texts.page, { page: page + 1, pages: count })
    pdf.text(words, margins.left, height - 30, {
      width: width - margins.left - margins.right,
      align: 'right',
      lineBreak: false,
    })
  }
}
