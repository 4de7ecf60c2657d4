import { namedPeople } from '../chaos/people.ts'
import { startServerProcess } from '../server-process.ts'
import { type GateReport, limitCharges, openGate, registerPeople, reportOf, walkThrough } from './simulation.ts'
import { startStandIn } from './stand-in.ts'

export type GateRun = {
  people: number
  entriesASecond: number
  /** Synthetic hands and the real recogniser, instead of names and a stand-in. */
  real: boolean
  seed: number
}

/** Starts a server of its own, registers people, lets them walk through the shop, and reports. */
export async function runGates(
  { people, entriesASecond, real, seed }: GateRun,
  say: (line: string) => void,
): Promise<GateReport> {
  const server = real ? await startServerProcess() : await startStandIn()
  try {
    const gate = await openGate(server.baseUrl)
    const hands = real
      ? (await import('../demo/synthetic-people.ts')).syntheticPeople(people, 0, 1)
      : namedPeople(people)
    say(`gates: registering ${people} people…`)
    const shoppers = await registerPeople(server, hands, seed, (count) => {
      if (count % 100 === 0) say(`gates: ${count} registered`)
    })
    // Hands are rendered before anybody walks: a camera does not render.
    if (real) {
      for (const shopper of shoppers) {
        if (shopper.burst === null) continue
        const frames = await shopper.burst(null)
        shopper.burst = async () => frames
      }
    }
    await limitCharges(server, gate)
    say(`gates: ${people} people at ${entriesASecond} entries a second…`)
    const walked = await walkThrough(server, gate, shoppers, entriesASecond, () => {})
    return await reportOf(server, gate, walked, real ? 'real' : 'stand-in')
  } finally {
    await server.stop()
  }
}

const money = (minor: number) => (minor / 100).toFixed(2)

/** The table that people read. */
export function gateTable(report: GateReport): string {
  const refused = Object.entries(report.refused).map(([reason, count]) => [`  ${reason}`, String(count)])
  const rows: string[][] = [
    ['recogniser', report.recogniser],
    ['at the gate', String(report.people)],
    ['let in (visits)', String(report.entries)],
    ['people inside', String(report.peopleInside)],
    ['refused', String(report.people - report.entries)],
    ...refused,
    ['carts', `${report.carts} (${report.lateCarts} late, ${report.gaps} with a gap, ${report.emptyCarts} empty)`],
    ['events told twice', String(report.doubledEvents)],
    ['charged', `${report.charged} visits, ${money(report.chargedMinor)}`],
    ['holds let go', String(report.voided)],
    ['owed', `${report.owed} visits, ${money(report.owedMinor)}`],
    ['adjusted', String(report.adjusted)],
    ['entry decision', `p50 ${report.entryP50Ms} ms, p95 ${report.entryP95Ms} ms at ${report.entriesASecond} a second`],
    ['in the ledger', `${money(report.ledgerChargedMinor)}, sum of all accounts ${report.ledgerSumMinor}`],
    ['sums match', report.matches ? 'yes' : 'NO'],
  ]
  return rows.map(([name, value]) => `${name!.padEnd(20)}${value}`).join('\n')
}
