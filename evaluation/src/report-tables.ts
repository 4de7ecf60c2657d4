import type { Interval } from './bootstrap.ts'
import type { MatcherResult } from './evaluation.ts'
import type { GroupRates } from './groups.ts'
import type { Identification, SizeRates } from './identification.ts'
import { classOf } from './report-charts.ts'
import type { FramesRates } from './several-frames.ts'
import type { StageTimes } from './stage-times.ts'

export const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!)
export const percent = (rate: number | null) => (rate === null ? '–' : `${(100 * rate).toFixed(2)}%`)
const range = (interval: Interval | null) =>
  interval ? `<small>${(100 * interval[0]).toFixed(2)} … ${(100 * interval[1]).toFixed(2)}</small>` : ''
const counted = (count: number) => count.toLocaleString('en')

/** Cells are HTML; the first of a row is its head. */
function table(head: readonly string[], rows: readonly (readonly string[])[], caption = ''): string {
  const body = rows.map(
    ([first, ...cells]) => `<tr><th>${first}</th>${cells.map((c) => `<td>${c}</td>`).join('')}</tr>`,
  )
  return `<div class="wide"><table>${caption ? `<caption>${caption}</caption>` : ''}<tr>${head.map((h) => `<th>${h}</th>`).join('')}</tr>${body.join('')}</table></div>`
}

export function ratesTable(results: readonly MatcherResult[], experts: readonly MatcherResult[]): string {
  const row = ({ name, rates }: MatcherResult, mark: string) => [
    `${mark}${escaped(name)}`,
    `${percent(rates.eer)} ${range(rates.eerInterval)}`,
    `${percent(rates.fnmrAt1e3)} ${range(rates.fnmrAt1e3Interval)}`,
    `${percent(rates.fnmrAt1e4)} ${range(rates.fnmrAt1e4Interval)}`,
    `${percent(rates.fnmrAt1e5)} ${range(rates.fnmrAt1e5Interval)}`,
    percent(rates.rank1),
  ]
  return table(
    ['', 'EER', 'FNMR @ FMR 1e-3', '@ 1e-4', '@ 1e-5', 'rank-1'],
    [
      ...results.map((result, i) => row(result, `<i class="${classOf(i)}"></i>`)),
      ...experts.map((result) => row(result, '<i></i>')),
    ],
  )
}

export function groupTable(caption: string, groups: readonly GroupRates[]): string {
  if (groups.length === 0) return ''
  return table(
    ['', 'people', 'pictures', 'genuine', 'impostor', 'EER', 'FNMR', 'FMR'],
    groups.map((g) => [
      escaped(g.group),
      counted(g.people),
      counted(g.pictures),
      counted(g.genuine),
      counted(g.impostor),
      percent(g.eer),
      percent(g.fnmr),
      percent(g.fmr),
    ]),
    caption,
  )
}

export const framesTable = (frames: readonly FramesRates[]) =>
  table(
    ['frames of a hover', 'genuine', 'impostor', 'EER', 'FNMR @ FMR 1e-2', '@ 1e-3'],
    frames.map((f) => [
      String(f.frames),
      counted(f.genuine),
      counted(f.impostor),
      percent(f.eer),
      percent(f.fnmrAt1e2),
      percent(f.fnmrAt1e3),
    ]),
  )

export function identificationTable({ sizes, ...own }: Identification): string {
  const row = (size: SizeRates) => [
    counted(size.n),
    counted(size.palmsSearched),
    percent(size.fnir1),
    percent(size.fnir2),
    percent(size.fnirAsked),
    percent(size.askedForOther),
    percent(size.fpir),
    percent(size.fpir2),
    percent(size.wrongName),
  ]
  return table(
    [
      'palms the threshold reckons with',
      'palms searched',
      'FNIR, one palm',
      'two palms',
      'asked when needed',
      'asked',
      'FPIR, one palm',
      'two palms',
      'wrong name',
    ],
    [own, ...sizes].map(row),
  )
}

export const timesTable = (times: StageTimes) =>
  table(
    ['stage', 'pictures', 'p50, ms', 'p95, ms'],
    Object.entries(times).map(([stage, { pictures, p50Ms, p95Ms }]) => [
      stage === 'all' ? 'all stages' : stage,
      counted(pictures),
      p50Ms.toFixed(1),
      p95Ms.toFixed(1),
    ]),
  )

export function worstTables({ worst }: MatcherResult): string {
  const pairs = (title: string, named: MatcherResult['worst']['genuine']) =>
    table(
      ['one', 'other', 'similarity'],
      named.map(({ a, b, similarity }) => [escaped(a), escaped(b), similarity.toFixed(3)]),
      title,
    )
  return pairs('The same palm, least alike', worst.genuine) + pairs('Strangers, most alike', worst.impostor)
}
