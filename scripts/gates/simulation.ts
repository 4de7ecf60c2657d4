import { createDeviceKey, openDevice, openPublic } from '@paume/client'
import type { GateSession } from '@paume/contract'
import { openForDrills } from '../chaos/lanes.ts'
import { enrolPerson } from '../demo/enrol.ts'
import type { Burst, DemoPerson } from '../demo/people.ts'
import { type DemoDevice, openShop } from '../demo/shop.ts'
import { cardOf, chance, type Habit, habitOf } from './people.ts'
import { finalise, type Visit, visit } from './visit.ts'

/** One charge of the simulated shop, minor units: a visit that costs more is owed in part. */
const LIMIT_MINOR = 20_000
const MOST_TOGETHER = 4
/** Gives everything that is under way the time to come to its end, ms. */
const SETTLE_WITHIN_MS = 30_000

export type GateReport = {
  recogniser: 'stand-in' | 'real'
  people: number
  entries: number
  peopleInside: number
  refused: Record<string, number>
  carts: number
  emptyCarts: number
  gaps: number
  doubledEvents: number
  lateCarts: number
  charged: number
  chargedMinor: number
  voided: number
  owed: number
  owedMinor: number
  adjusted: number
  entryP50Ms: number
  entryP95Ms: number
  entriesASecond: number
  ledgerSumMinor: number
  ledgerChargedMinor: number
  matches: boolean
}

export type Simulation = { baseUrl: string; operatorToken: string }
export type SimulatedPerson = { habit: Habit; burst: Burst | null; groupSize: number; random: () => number }

/** The gate that everybody goes through, paired with a key of our own. */
export async function openGate(baseUrl: string): Promise<DemoDevice> {
  const open = openPublic({ baseUrl })
  const waiting = (await open.sandbox.devices()).find(({ kind }) => kind === 'gate')
  if (!waiting) throw new Error('The sandbox has no demo gate.')
  const { pairingCode } = await open.sandbox.pairingCode(waiting.id)
  const key = await createDeviceKey()
  const device = await open.pairing.redeem(pairingCode, 'gate', key.publicKey)
  const api = openDevice({ baseUrl, deviceId: device.id, key })
  await api.device.heartbeat({ appVersion: 'simulation', camera: 'synthetic' })
  return { api, device }
}

/** Registers whoever has a palm in this shop, several at a time. */
export async function registerPeople(
  { baseUrl, operatorToken }: Simulation,
  people: readonly DemoPerson[],
  seed: number,
  onPerson: (count: number) => void,
): Promise<SimulatedPerson[]> {
  await openForDrills(baseUrl, operatorToken)
  const shop = await openShop(baseUrl)
  const random = chance(seed)
  const habits = people.map((_, index) => habitOf(index, random))
  const made: SimulatedPerson[] = []
  let next = 0
  let done = 0
  const work = async () => {
    for (let index = next++; index < people.length; index = next++) {
      const habit = habits[index]!
      const person = people[index]!
      const right = person.palms.find(({ hand }) => hand === 'R') ?? person.palms[0]!
      if (habit !== 'is_a_stranger' && habit !== 'guest_by_card') {
        const { pseudonym, reasons } = await enrolPerson(shop, baseUrl, person, index, cardOf(habit))
        if (pseudonym === null)
          throw new Error(`Person ${person.person} could not be registered: ${reasons.join('; ')}`)
      }
      const own = chance(seed + index + 1)
      const groupSize = own() < 0.6 ? 1 : 1 + Math.floor(own() * MOST_TOGETHER)
      made[index] = { habit, burst: habit === 'guest_by_card' ? null : right.hovers[0]!, groupSize, random: own }
      onPerson(++done)
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
  shop.close()
  return made
}

/** What one charge may be from here on: whoever takes more owes the rest. */
export async function limitCharges({ baseUrl, operatorToken }: Simulation, gate: DemoDevice): Promise<void> {
  const { organisation, shop } = gate.device
  const reply = await fetch(`${baseUrl}/v1/organisations/${organisation.id}/limits/${shop.currency}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      chargeMinor: LIMIT_MINOR,
      ...{ stepUpAboveMinor: null, shopperDayMinor: null, merchantDayMinor: null },
      ...{ shopperPerHour: null, cardPerHour: null, terminalPerHour: null },
    }),
  })
  if (!reply.ok) throw new Error(`The limits could not be set: ${reply.status}`)
}

/** Lets everybody walk through the shop, at so many entries a second, and waits until all money stands still. */
export async function walkThrough(
  simulation: Simulation,
  gate: DemoDevice,
  people: readonly SimulatedPerson[],
  entriesASecond: number,
  onVisit: (visit: Visit, index: number) => void,
): Promise<{ visits: Visit[]; seconds: number }> {
  const startMs = performance.now()
  const visits = await Promise.all(
    people.map(async (person, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * 1_000) / entriesASecond))
      const done = await visit(simulation.baseUrl, gate, person)
      onVisit(done, index)
      return done
    }),
  )
  const seconds = (performance.now() - startMs) / 1_000
  // Carts that come when everybody is long gone.
  for (const late of visits.filter(({ habit, session }) => habit === 'cart_comes_late' && session !== null)) {
    await finalise(gate.api, late.session!, late.total!)
  }
  // Whoever owes stands before the gate again.
  for (const [index, { habit, session }] of visits.entries()) {
    if (habit !== 'owes' || session === null) continue
    const again = await visit(simulation.baseUrl, gate, people[index]!)
    visits.push({ ...again, habit: 'owes' })
  }
  return { visits, seconds }
}

async function settled(gate: DemoDevice, id: string): Promise<GateSession> {
  const untilMs = performance.now() + SETTLE_WITHIN_MS
  for (;;) {
    const session = await gate.api.gate.session(id)
    const still = session.state !== 'finalising' && session.takings.every(({ state }) => state !== 'moving')
    if (still || performance.now() > untilMs) return session
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** The table: what everybody did, what it came to, and that the books say the same. */
export async function reportOf(
  { baseUrl, operatorToken }: Simulation,
  gate: DemoDevice,
  { visits, seconds }: { visits: Visit[]; seconds: number },
  recogniser: GateReport['recogniser'],
): Promise<GateReport> {
  const sessions: GateSession[] = []
  for (const { session } of visits) if (session !== null) sessions.push(await settled(gate, session))
  const reply = await fetch(`${baseUrl}/v1/ledger`, { headers: { authorization: `Bearer ${operatorToken}` } })
  const ledger = (await reply.json()) as { sumMinor: number; accounts: { kind: string; balanceMinor: number }[] }
  const ledgerChargedMinor = ledger.accounts
    .filter(({ kind }) => kind === 'merchant_payable')
    .reduce((sum, { balanceMinor }) => sum - balanceMinor, 0)
  const refused: Record<string, number> = {}
  for (const { entry } of visits) {
    if (entry.outcome === 'admitted' || entry.outcome === 'joined') continue
    const reason = entry.reason ?? entry.outcome
    refused[reason] = (refused[reason] ?? 0) + 1
  }
  const count = <T>(of: readonly T[], which: (one: T) => boolean) => of.filter(which).length
  const sum = (of: (session: GateSession) => number) => sessions.reduce((total, each) => total + of(each), 0)
  const times = visits.map(({ entryMs }) => entryMs).sort((a, b) => a - b)
  const at = (part: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0)
  const chargedMinor = sum(({ paidMinor }) => paidMinor)
  return {
    recogniser,
    people: visits.length,
    entries: sessions.length,
    peopleInside: sum(({ groupSize }) => groupSize),
    refused,
    carts: count(sessions, ({ finalisedAt }) => finalisedAt !== null),
    emptyCarts: count(sessions, ({ totalMinor }) => totalMinor === 0),
    gaps: count(sessions, ({ cart }) => cart.gaps.length > 0),
    doubledEvents: visits.reduce((total, { doubled }) => total + doubled, 0),
    lateCarts: count(visits, ({ habit, session }) => habit === 'cart_comes_late' && session !== null),
    charged: count(sessions, ({ paidMinor }) => paidMinor > 0),
    chargedMinor,
    voided: count(sessions, ({ paidMinor, state }) => paidMinor === 0 && state === 'settled'),
    owed: count(sessions, ({ state }) => state === 'owing'),
    owedMinor: sum(({ owedMinor }) => owedMinor),
    adjusted: count(visits, ({ habit, session }) => habit === 'is_adjusted' && session !== null),
    entryP50Ms: at(0.5),
    entryP95Ms: at(0.95),
    entriesASecond: Number((visits.length / seconds).toFixed(2)),
    ledgerSumMinor: ledger.sumMinor,
    ledgerChargedMinor,
    matches:
      ledger.sumMinor === 0 &&
      ledgerChargedMinor === chargedMinor &&
      sessions.every(
        ({ totalMinor, paidMinor, owedMinor }) => totalMinor === null || totalMinor === paidMinor + owedMinor,
      ),
  }
}
