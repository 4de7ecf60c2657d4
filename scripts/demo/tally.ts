/**
 * What `npm run demo` reports; times in ms. `hovers` are all of them; `strangers` are those of palms that are not enrolled, `paidRight`,
 * `paidWrong`, `notRecognised` and `otherPalmAsked` are of the others; `refusedForQuality` counts both.
 */
export type DemoReport = {
  people: number
  palmsEnrolled: number
  failedToEnrol: number
  hovers: number
  paidRight: number
  paidWrong: number
  notRecognised: number
  strangers: number
  strangersPaid: number
  refusedForQuality: number
  otherPalmAsked: number
  /** Registration of one person, all steps and palms. */
  enrolP50Ms: number
  p50Ms: number
  p95Ms: number
  payments: number
  ledgerSumMinor: number
}

/** The value below which a share of the sorted values lies (nearest rank); NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** A line that grows, on stderr, so that stdout stays for the result. */
export function progress(label: string, total: number): (done: number) => void {
  const wide = 30
  return (done) => {
    const filled = Math.round((done / Math.max(1, total)) * wide)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(wide - filled)}`
    const line = `${label.padEnd(10)} ${bar} ${done}/${total}`
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === total ? '\n' : ''}`)
    else if (done === total || done % Math.max(1, Math.round(total / 5)) === 0) process.stderr.write(`${line}\n`)
  }
}

const ROWS: [keyof DemoReport, string][] = [
  ['people', 'People'],
  ['palmsEnrolled', 'Palms enrolled'],
  ['failedToEnrol', 'Palms that failed to enrol'],
  ['hovers', 'Hovers'],
  ['paidRight', '  paid by the right person'],
  ['paidWrong', '  paid by another person'],
  ['notRecognised', '  not recognised'],
  ['otherPalmAsked', '  asked for the other palm'],
  ['refusedForQuality', 'Hovers refused for quality or liveness'],
  ['strangers', 'Hovers of strangers'],
  ['strangersPaid', '  that paid'],
  ['enrolP50Ms', 'Registration of one person, median (ms)'],
  ['p50Ms', 'Hover to answer, median (ms)'],
  ['p95Ms', 'Hover to answer, 95th percentile (ms)'],
  ['payments', 'Payments settled'],
  ['ledgerSumMinor', 'Sum of the ledger (minor units)'],
]

export function table(report: DemoReport): string {
  return ROWS.map(([key, label]) => `${label.padEnd(40)}${String(Math.round(report[key])).padStart(8)}`).join('\n')
}
