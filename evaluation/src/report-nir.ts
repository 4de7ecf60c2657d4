import type { MatcherResult } from './evaluation.ts'
import { key, STYLE } from './report.ts'
import { detChart, histogramChart } from './report-charts.ts'
import { escaped, percent, ratesTable, timesTable, worstTables } from './report-tables.ts'
import type { StageTimes } from './stage-times.ts'

type NirReport = {
  dataset: string
  palms: number
  people: number
  images: number
  failedToAcquire: number
  failedToAcquireByReason: Record<string, number>
  /** The near-infrared head first. */
  results: readonly MatcherResult[]
  experts: readonly MatcherResult[]
  stageMs: StageTimes
}

/** The page of an evaluation in near infrared: verification only. */
export function nirReportHtml(report: NirReport): string {
  const { dataset, palms, people, images, failedToAcquire, results, experts, stageMs } = report
  const [ours] = results
  const refused = Object.entries(report.failedToAcquireByReason).map(([why, count]) => `${escaped(why)} ${count}`)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Evaluation: ${escaped(dataset)}, near infrared</title>
<style>${STYLE}</style>
<h1>${escaped(dataset)}, near infrared</h1>
<p>${people} people, ${palms} palms, ${images} pictures, read as near infrared. Failure to acquire: ${failedToAcquire} of ${images} (${percent(images > 0 ? failedToAcquire / images : null)})${refused.length > 0 ? `: ${refused.join(', ')}` : ''}.</p>
<h2>Verification</h2>
<p>Every pair of pictures once, one against one: ${ours.rates.genuine} genuine and ${ours.rates.impostor} impostor pairs. Two palms of one person are neither.
No claim below an FMR of ${ours.rates.fmrBelow === null ? 'none' : ours.rates.fmrBelow.toExponential(1)}. Small figures: 95% interval, bootstrap over people.</p>
${ratesTable(results, experts)}
<h2>DET</h2>${key(results)}${detChart(results)}
<h2>Similarities of ${escaped(ours.name)}</h2>
<ul class="key"><li><i class="impostor"></i>strangers</li><li><i class="genuine"></i>the same palm</li></ul>${histogramChart(ours)}
<h2>Time</h2>${timesTable(stageMs)}
<h2>Who fails</h2>${worstTables(ours)}</html>
`
}
