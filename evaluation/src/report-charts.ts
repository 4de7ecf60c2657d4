import type { DetPoint, MatcherResult } from './evaluation.ts'

/** Classes of the page's style, one a matcher: colours differ in the light and the dark page. */
export const MATCHER_CLASSES = ['m0', 'm1', 'm2', 'm3', 'm4']
export const classOf = (matcher: number) => MATCHER_CLASSES[matcher % MATCHER_CLASSES.length]

const WIDTH = 760
const HEIGHT = 420
const LEFT = 64
const RIGHT = 744
const TOP = 16
const BOTTOM = 370

const LOWEST_FMR = 1e-6
const LOWEST_FNMR = 1e-4

/** Rates on a logarithmic axis, 0…1 from the left or the bottom. */
const logPlace = (rate: number, lowest: number) => 1 - Math.log10(Math.max(rate, lowest)) / Math.log10(lowest)
const x = (fmr: number) => LEFT + (RIGHT - LEFT) * logPlace(fmr, LOWEST_FMR)
const y = (fnmr: number) => BOTTOM - (BOTTOM - TOP) * logPlace(fnmr, LOWEST_FNMR)
const point = (fmr: number, fnmr: number) => `${x(fmr).toFixed(1)},${y(fnmr).toFixed(1)}`

const ticks = (lowest: number) => Array.from({ length: Math.round(-Math.log10(lowest)) + 1 }, (_, i) => 10 ** -i)
const tickText = (rate: number) => (rate >= 1e-3 ? `${Number((100 * rate).toPrecision(1))}%` : rate.toExponential(0))

/** DET curves; a band is the 95% interval over people. The diagonal is where the EER is read. */
export function detChart(results: readonly MatcherResult[]): string {
  const grid = [
    ...ticks(LOWEST_FMR).map(
      (t) =>
        `<line x1="${x(t)}" x2="${x(t)}" y1="${TOP}" y2="${BOTTOM}" class="grid"/><text x="${x(t)}" y="${BOTTOM + 18}" text-anchor="middle">${tickText(t)}</text>`,
    ),
    ...ticks(LOWEST_FNMR).map(
      (t) =>
        `<line x1="${LEFT}" x2="${RIGHT}" y1="${y(t)}" y2="${y(t)}" class="grid"/><text x="${LEFT - 6}" y="${y(t) + 4}" text-anchor="end">${tickText(t)}</text>`,
    ),
    `<line x1="${x(LOWEST_FNMR)}" y1="${y(LOWEST_FNMR)}" x2="${x(1)}" y2="${y(1)}" class="diagonal"/>`,
  ]
  const curves = results.map(({ det }, i) => {
    const line = det.map(({ fmr, fnmr }) => point(fmr, fnmr)).join(' ')
    return `${band(det, i)}<polyline points="${line}" class="curve ${classOf(i)}"/>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="DET curves">${grid.join('')}${curves.join('')}
<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">false match rate</text>
<text x="14" y="${(TOP + BOTTOM) / 2}" transform="rotate(-90 14 ${(TOP + BOTTOM) / 2})" text-anchor="middle">false non-match rate</text></svg>`
}

function band(det: readonly DetPoint[], matcher: number): string {
  const known = det.flatMap(({ fmr, interval }) => (interval ? [{ fmr, low: interval[0], high: interval[1] }] : []))
  if (known.length < 2) return ''
  const there = known.map(({ fmr, high }) => point(fmr, high))
  const back = known.toReversed().map(({ fmr, low }) => point(fmr, low))
  return `<polygon points="${[...there, ...back].join(' ')}" class="band ${classOf(matcher)}"/>`
}

/** Similarities of strangers and of one palm, each scaled to its own highest bin. */
export function histogramChart({ histograms: { from, to, genuine, impostor } }: MatcherResult): string {
  const bars = (counts: readonly number[], kind: string) => {
    const most = Math.max(1, ...counts)
    const step = (RIGHT - LEFT) / counts.length
    return counts
      .map((count, i) => {
        if (count === 0) return ''
        const height = Math.max(1, (count / most) * (BOTTOM - TOP))
        return `<rect x="${(LEFT + i * step).toFixed(1)}" y="${(BOTTOM - height).toFixed(1)}" width="${step.toFixed(1)}" height="${height.toFixed(1)}" class="${kind}"/>`
      })
      .join('')
  }
  const steps = [0, 0.25, 0.5, 0.75, 1]
  const axis = steps.map((share) => {
    const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle'
    return `<text x="${LEFT + share * (RIGHT - LEFT)}" y="${BOTTOM + 18}" text-anchor="${anchor}">${(from + share * (to - from)).toFixed(2)}</text>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histograms of similarity"><line x1="${LEFT}" x2="${RIGHT}" y1="${BOTTOM}" y2="${BOTTOM}" class="grid"/>${bars(impostor, 'impostor')}${bars(genuine, 'genuine')}${axis.join('')}
<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">similarity; each scaled to its own highest bar</text></svg>`
}
