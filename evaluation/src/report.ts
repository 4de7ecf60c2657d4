import type { Arguments } from './arguments.ts'
import type { MatcherResult } from './evaluation.ts'
import type { GroupedRates } from './groups.ts'
import type { Identification } from './identification.ts'
import { ABOUT_PEERS, type PeerName } from './matchers.ts'
import { classOf, detChart, histogramChart } from './report-charts.ts'
import {
  escaped,
  framesTable,
  groupTable,
  identificationTable,
  percent,
  ratesTable,
  timesTable,
  worstTables,
} from './report-tables.ts'
import type { FramesRates } from './several-frames.ts'
import type { ShortlistLoss } from './shortlist-loss.ts'
import type { StageTimes } from './stage-times.ts'

export type Report = {
  dataset: string
  wanted: Arguments
  palms: number
  people: number
  images: number
  failedToAcquire: number
  failedToAcquireByReason: Record<string, number>
  failedToEnrol: number
  /** Ours first. */
  results: readonly MatcherResult[]
  /** Each expert of ours alone. */
  experts: readonly MatcherResult[]
  groups: GroupedRates
  frames: readonly FramesRates[]
  shortlist: ShortlistLoss
  identification: Identification
  stageMs: StageTimes
}

export const STYLE = `:root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#5b6470;--line:#d9dee4;--own:#0b6e99;--other:#c2571a;
--c0:#0b6e99;--c1:#c2571a;--c2:#5b7a1e;--c3:#8a3d8f;--c4:#7a6a00}
@media(prefers-color-scheme:dark){:root{--page:#14171a;--ink:#e6e9ec;--soft:#9aa4af;--line:#333a42;--own:#58b7e0;--other:#f0955a;
--c0:#58b7e0;--c1:#f0955a;--c2:#a8cc5c;--c3:#d08ad6;--c4:#d8c64a}}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--page)}
h1{margin-bottom:.2rem}h2{margin-top:2.5rem}p{max-width:46rem}small{color:var(--soft);white-space:nowrap;display:block}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;font-size:.86rem;font-variant-numeric:tabular-nums}
td,th{border-bottom:1px solid var(--line);padding:.3rem .7rem;text-align:right;vertical-align:top}th:first-child{text-align:left}
caption{text-align:left;font-weight:600;padding:.3rem 0}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none;font-size:.86rem}
i{display:inline-block;width:.8em;height:.8em;margin-right:.45em;border-radius:2px;background:currentColor}i:not([class]){background:none}
svg{width:100%;max-width:48rem;font-size:12px}svg text{fill:var(--soft)}.grid{stroke:var(--line)}.diagonal{stroke:var(--soft);stroke-dasharray:3 5}
.curve{fill:none;stroke:currentColor;stroke-width:2}.band{fill:currentColor;fill-opacity:.13;stroke:none}
.genuine{fill:var(--own);fill-opacity:.6}.impostor{fill:var(--other);fill-opacity:.6}i.genuine{background:var(--own)}i.impostor{background:var(--other)}
.m0{color:var(--c0)}.m1{color:var(--c1)}.m2{color:var(--c2)}.m3{color:var(--c3)}.m4{color:var(--c4)}`

/** One HTML page without scripts, links or pictures: curves are drawn, pictures are only named. */
export function reportHtml(report: Report): string {
  const { dataset, results, experts, groups, frames, identification, stageMs } = report
  const [ours] = results
  const impostors = ours.rates.fmrBelow === null ? 'none' : ours.rates.fmrBelow.toExponential(1)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Evaluation: ${escaped(dataset)}</title>
<style>${STYLE}</style>
<h1>${escaped(dataset)}</h1>${whatWasMeasured(report)}
<h2>Verification</h2>
<p>Every pair of pictures once, one picture against one, the later as probe: ${ours.rates.genuine.toLocaleString('en')} genuine and
${ours.rates.impostor.toLocaleString('en')} impostor pairs. Two palms of one person are neither. Small figures: 95% interval, bootstrap over people. No
claim below an FMR of ${impostors}: three by the number of impostor pairs.</p>
${ratesTable(results, experts)}${aboutPeers(results)}
<h2>DET</h2>${key(results)}${detChart(results)}
<h2>Similarities of ${escaped(ours.name)}</h2>
<ul class="key"><li><i class="impostor"></i>strangers</li><li><i class="genuine"></i>the same palm</li></ul>${histogramChart(ours)}
<h2>Groups</h2>
<p>EER with a threshold of the group's own${groups.commonFmr === null ? '; too few impostor pairs for one threshold' : `; FNMR and FMR with the one threshold that gives the whole set an FMR of ${groups.commonFmr}`}.</p>
${groupTable('Sessions', groups.bySession)}${groupTable('Cameras', groups.byCamera)}${groupTable('Skin tone', groups.bySkinTone)}
<p>Skin tone is the individual typology angle of the palm, measured from uncalibrated pictures: light and camera move it.</p>
${frames.length > 0 ? `<h2>Several frames</h2><p>Three pictures a palm enrolled; the rest hovers in runs of consecutive pictures.</p>${framesTable(frames)}` : ''}
<h2>Identification</h2>${aboutIdentification(identification)}${identificationTable(identification)}${aboutShortlist(report.shortlist)}
<h2>Time</h2><p>One picture at a time on this machine, with whatever else it was doing.</p>${timesTable(stageMs)}
<h2>Who fails</h2>${worstTables(ours)}</html>
`
}

function whatWasMeasured({ wanted, palms, people, images, ...report }: Report): string {
  const refused = Object.entries(report.failedToAcquireByReason).map(([why, count]) => `${escaped(why)} ${count}`)
  const where = wanted.where.map(({ column, is, value }) => `${column} ${is ? '=' : '≠'} ${value}`)
  const rate = percent(images > 0 ? report.failedToAcquire / images : null)
  return `<p>${people} people, ${palms} palms, ${images} pictures${where.length > 0 ? ` where ${escaped(where.join(', '))}` : ''};
${wanted.regions ? 'cut palms' : 'whole hands'}; band ${wanted.band}. Failure to acquire: ${report.failedToAcquire} of ${images} (${rate})${refused.length > 0 ? `: ${refused.join(', ')}` : ''}.
Failure to enrol: ${report.failedToEnrol} of the palms. Refused pictures take no part in any figure below, of no matcher.</p>`
}

export const key = (results: readonly MatcherResult[]) =>
  `<ul class="key">${results.map(({ name }, i) => `<li><i class="${classOf(i)}"></i>${escaped(name)}</li>`).join('')}</ul>`

function aboutPeers(results: readonly MatcherResult[]): string {
  const known = results.filter(({ name }) => name in ABOUT_PEERS)
  if (known.length === 0) return ''
  return `<ul>${known.map(({ name }) => `<li><b>${escaped(name)}</b>: ${escaped(ABOUT_PEERS[name as PeerName])}</li>`).join('')}</ul>`
}

function aboutIdentification(found: Identification): string {
  const { hovers, hoversOfTwo, fpirBelow, fpirTarget, strangers, strangerPalms, pairs, foreign } = found
  const among =
    strangers === 'synthetic'
      ? `among them ${strangerPalms.toLocaleString('en')} synthetic palms of people who do not exist`
      : 'the palms of this set alone: no strangers were given'
  return `<p>Three pictures a palm enrolled, ${hovers} hovers of three frames (${hoversOfTwo} of two palms), decided by the product's own rule for an FPIR of
${fpirTarget}. Searched ${among}. ${pairs === 'real' ? 'Two palms are the left and the right of one person.' : 'Two palms are two palms of this set taken for one person: whose is whose is not known.'}
Where the threshold reckons with more palms than were searched, what they would do to shortlist and margin is not in the figures. FPIR: the same hovers
with their owner taken out${fpirBelow === null ? '' : `; no claim below ${fpirBelow.toExponential(1)}`}. Of ${foreign.tried} regions that are no palm (flat, noise, stripes, checks, wood, cloth) ${foreign.named} were given
a name among 100,000 palms.</p>`
}

function aboutShortlist({ hovers, palms, missAt50, extrapolatedMissAt50 }: ShortlistLoss): string {
  const extrapolated = Object.entries(extrapolatedMissAt50).map(([n, rate]) => `${n} palms: ${percent(rate)}`)
  return `<p>Shortlist: of ${hovers} hovers of one picture among ${palms} palms the right one was not among the nearest 50 in ${percent(missAt50)}. Extrapolated from
these palms, not measured: ${extrapolated.join(', ')}.</p>`
}
