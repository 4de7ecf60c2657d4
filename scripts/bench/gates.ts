import { type GateRun, runGates } from '../gates/run.ts'
import type { GateReport } from '../gates/simulation.ts'

/** Entry decision at the 95th percentile, ms. */
export const ENTRY_P95_MS = 500

export type GateFigures = GateReport & { withinP95: boolean; processors: number }

/**
 * Entries by palm at a steady rate through one gate, from the sealed pictures' leaving to the decision: challenge redeemed, opened, recognised,
 * the hold asked for and written. Registering and rendering hands is outside the clock.
 */
export async function benchGates(run: GateRun, processors: number, say: (line: string) => void): Promise<GateFigures> {
  const report = await runGates(run, say)
  return { ...report, withinP95: report.entryP95Ms <= ENTRY_P95_MS, processors }
}
