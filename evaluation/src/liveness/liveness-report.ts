import type { KindRates, LivenessRates } from './liveness-rates.ts'

/** One table of the report: what was shown, and how it was taken. */
export type LivenessPart = { title: string; note: string; rates: LivenessRates }

const percent = (rate: number | null) => (rate === null ? '–' : `${(100 * rate).toFixed(1)}%`)
const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!)
const listed = (counts: Record<string, number>) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** The liveness section as HTML, to stand by itself or inside the report. Holds rates only, never a picture. */
export function livenessSection(parts: readonly LivenessPart[]): string {
  return parts.map(tableOf).join('\n')
}

export const livenessHtml = (parts: readonly LivenessPart[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Liveness</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{border-bottom:1px solid #ddd;padding:.3rem .6rem;text-align:right}
th:first-child,td:last-child{text-align:left}.bad{color:#a3260b;font-weight:600}
</style></head><body><h1>Presentation attack detection</h1>
<p>Words of ISO/IEC 30107-3. Attacks are rendered, not photographed; limits were frozen on rendered bursts of other seeds before these were made.
Nothing is claimed about casts, silicone or masks: none was tried.</p>
${livenessSection(parts)}</body></html>
`

function tableOf({ title, note, rates }: LivenessPart): string {
  const row = (
    what: string,
    limit: number,
    { presentations, notAcquired, wrong, rate, interval, refusedBy }: KindRates,
  ) =>
    `<tr><th>${escaped(what)}</th><td>${presentations}</td><td>${notAcquired}</td><td>${wrong}</td><td${rate !== null && rate > limit ? ' class="bad"' : ''}>${percent(rate)}</td><td>${interval ? `${percent(interval[0])} … ${percent(interval[1])}` : '–'}</td><td>${escaped(listed(refusedBy))}</td></tr>`
  const worst = rates.worst ? `Worst species: ${escaped(rates.worst.kind)}, APCER ${percent(rates.worst.apcer)}.` : ''
  return `<h2>${escaped(title)}</h2><p>${escaped(note)} ${worst}</p>
<table><tr><th>shown</th><th>presentations</th><th>not acquired</th><th>wrongly classified</th><th>APCER / BPCER</th><th>95%</th><td>refused by</td></tr>
${row('bona fide (BPCER)', 0.03, rates.bonaFide)}${rates.species.map((one) => row(one.kind, 0.1, one)).join('')}</table>`
}
