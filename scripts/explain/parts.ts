import type { Measure, RecordedTrace } from '@paume/palm/explaining'
import { BONES, type FrameAnalysis, type Located, type PalmPlacement } from '@paume/palm/explaining'

export const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)
const short = (value: number) => Number(value.toPrecision(3)).toString()

/** One stage as a section; `ms` is absent where the stage did not run. */
export function section(number: number, title: string, ms: number | undefined, body: string): string {
  const time = ms === undefined ? '' : `<span class="time">${ms.toFixed(1)} ms</span>`
  return `<section><h2><span class="number">${number}</span>${escapeHtml(title)}${time}</h2>${body}</section>`
}

export const figure = (uri: string, caption: string, pixelated = false) =>
  `<figure><img src="${uri}" alt="${escapeHtml(caption)}"${pixelated ? ' class="pixels"' : ''}><figcaption>${escapeHtml(caption)}</figcaption></figure>`

/** The picture with palm box, bones, points and the region's square over it. */
export function overlay(
  uri: string,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
  located: Located,
  placement: PalmPlacement | null,
): string {
  const hands = located.outcome === 'two_hands' ? located.hands : 'hand' in located ? [located.hand] : []
  const unit = Math.max(widthPx, heightPx) / 200
  const drawn = hands.map(({ landmarks }) => {
    const bones = BONES.map(
      ([from, to]) =>
        `<line class="bone" x1="${landmarks[from].x}" y1="${landmarks[from].y}" x2="${landmarks[to].x}" y2="${landmarks[to].y}"/>`,
    )
    const points = landmarks.map(
      ({ x, y }, i) =>
        `<circle class="joint" cx="${x}" cy="${y}" r="${unit * 0.9}"/><text x="${x + unit * 1.2}" y="${y - unit}" font-size="${unit * 3.2}">${i}</text>`,
    )
    return [...bones, ...points].join('')
  })
  const palm = located.outcome === 'found' ? located.palmBox?.box : undefined
  const box = palm
    ? `<rect class="box" x="${palm.leftPx}" y="${palm.topPx}" width="${palm.widthPx}" height="${palm.heightPx}"/>`
    : ''
  const square = placement
    ? `<polygon class="square" points="${placement.corners.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`
    : ''
  return `<div class="picture"><img src="${uri}" alt="The picture, upright"><svg viewBox="0 0 ${widthPx} ${heightPx}" stroke-width="${unit * 0.6}">${box}${square}${drawn.join('')}</svg></div>`
}

/** Measures with a bar each; the notch is the limit. */
export function measuresTable(measures: readonly Measure[]): string {
  const rows = measures.map(({ name, value, limit, unit, ok, message }) => {
    const full = Math.max(value, limit, 1e-9) * 1.25
    const bar = `<div class="bar"><i class="${ok ? 'ok' : 'bad'}" style="width:${(100 * Math.max(0, value)) / full}%"></i><b style="left:${(100 * limit) / full}%"></b></div>`
    const told = ok ? 'passes' : escapeHtml(message)
    return `<tr><th>${escapeHtml(name)}</th><td class="figure">${short(value)}</td><td class="figure">${short(limit)}</td><td>${escapeHtml(unit)}</td><td>${bar}</td><td class="${ok ? '' : 'bad-text'}">${told}</td></tr>`
  })
  return `<div class="scroll"><table><thead><tr><th>measure</th><th>value</th><th>limit</th><th>unit</th><th></th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

export const verdictOf = (analysis: FrameAnalysis) =>
  analysis.outcome === 'good'
    ? `<p class="verdict ok-text">Good: a sample was made.</p>`
    : `<p class="verdict bad-text">Refused: ${analysis.guidance.map(({ message }) => escapeHtml(message)).join(' ')}</p>`

/** What the trace holds under a name; absent when the stage was not reached. */
export const recorded = <T>(trace: RecordedTrace, name: string) => trace.values.get(name) as T | undefined
