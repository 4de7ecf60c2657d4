import { eer, fnmrAtFmr, histogram, split } from '../../evaluation/src/metrics.ts'
import type { Similarities } from './pairs.ts'

/** Figures of one set, as page and console show them. */
export type Summary = {
  name: string
  palms: number
  pictures: number
  refused: number
  genuine: Spread | null
  impostor: Spread | null
  eer: number | null
  fnmrAt1e3: number | null
}
export type Spread = { pairs: number; p5: number; median: number; p95: number; p999: number }

export function summaryOf(set: Similarities): Summary {
  const pairs = split(set.genuine, set.impostor)
  const { name, palms, pictures, refused } = set
  return {
    name,
    palms,
    pictures,
    refused,
    genuine: spreadOf(pairs.genuine),
    impostor: spreadOf(pairs.impostor),
    eer: eer(pairs),
    fnmrAt1e3: fnmrAtFmr(pairs, 1e-3),
  }
}

function spreadOf(sorted: Float64Array): Spread | null {
  if (sorted.length === 0) return null
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { pairs: sorted.length, p5: at(0.05), median: at(0.5), p95: at(0.95), p999: at(0.999) }
}

/** One axis for all panels: similarity from chance to identity. */
const FROM = 0.55
const TO = 1
const BINS = 60
const [WIDTH, HEIGHT, TOP, BASE] = [520, 250, 28, 215]
const STRANGERS = '#b5541c'
const SAME = '#0b6e99'

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const percent = (rate: number | null) => (rate === null ? '–' : `${(100 * rate).toFixed(2)}%`)
const shares = (values: readonly number[]) =>
  histogram(Float64Array.from(values), FROM, TO, BINS).map((count) => count / Math.max(1, values.length))

/** Bars and axis of one set, without a frame. */
function panel(set: Similarities, highest: number): string {
  const step = (WIDTH - 20) / BINS
  const bars = (values: readonly number[], colour: string) =>
    shares(values)
      .map((share, i) => {
        const height = (share / highest) * (BASE - TOP)
        return `<rect x="${(10 + i * step).toFixed(1)}" y="${(BASE - height).toFixed(1)}" width="${step.toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}" fill-opacity=".6"/>`
      })
      .join('')
  const ticks = [0.6, 0.7, 0.8, 0.9, 1].map((tick) => {
    const x = 10 + ((tick - FROM) / (TO - FROM)) * (WIDTH - 20)
    return `<line x1="${x}" x2="${x}" y1="${TOP}" y2="${BASE}" stroke="#8886"/><text x="${x}" y="${BASE + 18}" text-anchor="middle">${tick.toFixed(1)}</text>`
  })
  return `<text x="10" y="16" font-weight="600">${escaped(set.name)}</text>${ticks.join('')}${bars(set.impostor, STRANGERS)}${bars(set.genuine, SAME)}`
}

/** The histograms of all sets in one row, on the same axes, as a picture that stands by itself. */
export function figureOf(sets: readonly Similarities[]): string {
  const highest = Math.max(...sets.flatMap(({ genuine, impostor }) => [...shares(genuine), ...shares(impostor)]))
  const panels = sets.map((set, i) => `<g transform="translate(${i * WIDTH} 0)">${panel(set, highest)}</g>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * sets.length} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#777" role="img" aria-label="Histograms of similarity, strangers on the left, one palm on the right">${panels.join('')}</svg>
`
}

function row(summary: Summary): string {
  const spread = (s: Spread | null) =>
    s ? `${s.p5.toFixed(3)} / ${s.median.toFixed(3)} / ${s.p95.toFixed(3)} / ${s.p999.toFixed(3)} (${s.pairs})` : '–'
  const cells = [summary.palms, summary.pictures, summary.refused, spread(summary.genuine), spread(summary.impostor)]
  const all = [...cells, percent(summary.eer), percent(summary.fnmrAt1e3)]
  return `<tr><th>${escaped(summary.name)}</th>${all.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

/** One page that needs nothing beside it: the histograms side by side on the same axes, and the figures. No pictures. */
export function pageOf(sets: readonly Similarities[]): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Synthetic palms beside real ones</title>
<style>body{font:15px/1.5 system-ui;max-width:1160px;margin:2em auto;padding:0 1em;color-scheme:light dark}
svg{width:100%}table{border-collapse:collapse}td,th{padding:.2em .7em;text-align:right}</style>
<h1>Synthetic palms beside real ones</h1>
<p>Similarity of two pictures: <b style="color:${STRANGERS}">two people</b>, <b style="color:${SAME}">one palm</b>.
Bars are shares of their own pairs; every panel has the same axes.</p>
${figureOf(sets)}
<table><tr><th>set</th><th>palms</th><th>pictures</th><th>refused</th><th>one palm: 5% / median / 95% / 99.9% (pairs)</th>
<th>two people: 5% / median / 95% / 99.9% (pairs)</th><th>EER</th><th>FNMR at FMR 1e-3</th></tr>${sets.map((set) => row(summaryOf(set))).join('')}</table></html>
`
}
