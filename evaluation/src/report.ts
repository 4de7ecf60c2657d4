import type { MatcherResult } from './evaluation.ts'
import type { ShortlistLoss } from './shortlist-loss.ts'

export type Report = {
  dataset: string
  palms: number
  images: number
  failedToAcquire: Record<string, number>
  results: readonly MatcherResult[]
  shortlist: ShortlistLoss
}

const COLOURS = ['#0b6e99', '#b5541c', '#5b7a1e']
const WIDTH = 640
const HEIGHT = 360
const LEFT = 60
const BOTTOM = 320

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!)
const percent = (rate: number | null) => (rate === null ? '–' : `${(100 * rate).toFixed(2)}%`)

/** Rates from 1e-6 to 1 on a logarithmic axis, 0…1 from the left or the bottom. */
const logPlace = (rate: number, lowest: number) => 1 - Math.log10(Math.max(rate, lowest)) / Math.log10(lowest)

const LOWEST_FMR = 1e-6
const LOWEST_FNMR = 1e-4

function detCurve(results: readonly MatcherResult[]): string {
  const x = (fmr: number) => LEFT + (WIDTH - LEFT - 20) * logPlace(fmr, LOWEST_FMR)
  const y = (fnmr: number) => BOTTOM - (BOTTOM - 20) * logPlace(fnmr, LOWEST_FNMR)
  const ticks = (lowest: number) => Array.from({ length: -Math.log10(lowest) + 1 }, (_, i) => 10 ** -i)
  const grid = [
    ...ticks(LOWEST_FMR).map(
      (t) =>
        `<line x1="${x(t)}" x2="${x(t)}" y1="20" y2="${BOTTOM}" class="grid"/><text x="${x(t)}" y="${BOTTOM + 18}" text-anchor="middle">${t}</text>`,
    ),
    ...ticks(LOWEST_FNMR).map(
      (t) =>
        `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(t)}" y2="${y(t)}" class="grid"/><text x="${LEFT - 6}" y="${y(t) + 4}" text-anchor="end">${t}</text>`,
    ),
  ]
  const curves = results.map(({ det }, i) => {
    const points = det.map(({ fmr, fnmr }) => `${x(fmr).toFixed(1)},${y(fnmr).toFixed(1)}`).join(' ')
    return `<polyline points="${points}" fill="none" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="2"/>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="DET curve">${grid.join('')}${curves.join('')}
<text x="${WIDTH / 2}" y="${HEIGHT - 4}" text-anchor="middle">false match rate</text>
<text x="14" y="${BOTTOM / 2}" transform="rotate(-90 14 ${BOTTOM / 2})" text-anchor="middle">false non-match rate</text></svg>`
}

/** Both histograms, each scaled to its own highest bin. */
function histograms({ histograms: { from, to, genuine, impostor } }: MatcherResult): string {
  const bars = (counts: readonly number[], colour: string) => {
    const most = Math.max(1, ...counts)
    const step = (WIDTH - LEFT - 20) / counts.length
    return counts
      .map((count, i) => {
        const height = (count / most) * (BOTTOM - 20)
        return `<rect x="${(LEFT + i * step).toFixed(1)}" y="${(BOTTOM - height).toFixed(1)}" width="${step.toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}" fill-opacity="0.55"/>`
      })
      .join('')
  }
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histograms of similarity">${bars(impostor, COLOURS[1])}${bars(genuine, COLOURS[0])}
<text x="${LEFT}" y="${BOTTOM + 18}">${from.toFixed(3)}</text><text x="${WIDTH - 20}" y="${BOTTOM + 18}" text-anchor="end">${to.toFixed(3)}</text>
<text x="${WIDTH / 2}" y="${HEIGHT - 4}" text-anchor="middle">similarity: strangers left, the same palm right; each scaled to its own peak</text></svg>`
}

function ratesTable(results: readonly MatcherResult[]): string {
  const rows = results.map(({ name, rates }, i) => {
    const interval = rates.eerInterval ? `${percent(rates.eerInterval[0])} … ${percent(rates.eerInterval[1])}` : '–'
    const cells = [
      percent(rates.eer),
      interval,
      percent(rates.fnmrAt1e3),
      percent(rates.fnmrAt1e4),
      percent(rates.rank1),
    ]
    const counts = [rates.genuine, rates.impostor, rates.fmrBelow?.toExponential(1) ?? '–']
    return `<tr><th style="color:${COLOURS[i % COLOURS.length]}">${escaped(name)}</th>${[...cells, ...counts].map((c) => `<td>${c}</td>`).join('')}</tr>`
  })
  return `<table><tr><th></th><th>EER</th><th>95%, over people</th><th>FNMR @ FMR 1e-3</th><th>@ 1e-4</th><th>rank-1</th><th>genuine pairs</th><th>impostor pairs</th><th>no claim below FMR</th></tr>${rows.join('')}</table>`
}

function worstTables({ worst }: MatcherResult): string {
  const table = (title: string, pairs: MatcherResult['worst']['genuine']) =>
    `<table><caption>${title}</caption><tr><th>one</th><th>other</th><th>similarity</th></tr>${pairs
      .map(
        ({ a, b, similarity }) =>
          `<tr><td>${escaped(a)}</td><td>${escaped(b)}</td><td>${similarity.toFixed(4)}</td></tr>`,
      )
      .join('')}</table>`
  return table('The same palm, least alike', worst.genuine) + table('Strangers, most alike', worst.impostor)
}

/** One HTML page without scripts, links or pictures: curves are drawn, pictures are only named. */
export function reportHtml({ dataset, palms, images, failedToAcquire, results, shortlist }: Report): string {
  const refused = Object.entries(failedToAcquire).map(([reason, count]) => `${escaped(reason)}: ${count}`)
  const extrapolated = Object.entries(shortlist.extrapolatedMissAt50).map(([n, rate]) => `${n} palms: ${percent(rate)}`)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Evaluation: ${escaped(dataset)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;margin:1rem 0;font-size:.85rem}td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}
svg{width:100%;max-width:40rem;font-size:11px}.grid{stroke:#ddd}caption{text-align:left;font-weight:600}</style>
<h1>${escaped(dataset)}</h1>
<p>${palms} palms, ${images} pictures; refused: ${refused.join(', ') || 'none'}. Every pair of pictures once, one picture
against one. Two palms of one person are neither genuine nor impostors.</p>
<h2>Rates</h2>${ratesTable(results)}
<h2>DET</h2>${detCurve(results)}
<h2>Similarities of ${escaped(results[0].name)}</h2>${histograms(results[0])}
<h2>Shortlist</h2><p>${shortlist.hovers} hovers of one picture among ${shortlist.palms} palms: the right one was not among the
nearest 50 in ${percent(shortlist.missAt50)}. Extrapolated from these palms, not measured: ${extrapolated.join(', ')}.</p>
<h2>Worst pairs of ${escaped(results[0].name)}</h2>${worstTables(results[0])}</html>
`
}
