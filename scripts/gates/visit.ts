import { randomUUID } from 'node:crypto'
import { type DeviceApi, openPublic } from '@paume/client'
import type { CartEvent, GateEntry, GateSession } from '@paume/contract'
import { CARD } from '../demo/enrol.ts'
import type { Burst } from '../demo/people.ts'
import { type DemoDevice, seal } from '../demo/shop.ts'
import { GOODS, type Habit } from './people.ts'

/** More than the card is held for, and more than one charge of the simulated shop may be. */
const MUCH_MINOR = 14_000
const TOO_MUCH_MINOR = 30_000

export type Visitor = { habit: Habit; burst: Burst | null; groupSize: number; random: () => number }
export type Visit = {
  habit: Habit
  entry: GateEntry
  entryMs: number
  session: string | null
  total: number | null
  doubled: number
}

/** One hand at the gate. `ms`: from the sealed pictures' leaving to the decision. */
export async function enter(
  gate: DemoDevice,
  burst: Burst,
  groupSize: number,
): Promise<{ entry: GateEntry; ms: number }> {
  const { attempt, challenge } = await gate.api.gate.challenge()
  const frames = await burst(challenge.flash)
  const sealed = await seal(gate, challenge, async () => frames)
  const startMs = performance.now()
  const entry = await gate.api.gate.enter(challenge.captureId, sealed, { attempt, groupSize })
  return { entry, ms: performance.now() - startMs }
}

async function enterByCard(baseUrl: string, gate: DemoDevice, groupSize: number) {
  const setup = await gate.api.gate.cardSetup()
  await openPublic({ baseUrl }).sandbox.confirmCard({ ...setup, form: { kind: 'sandbox' }, others: [] } as never, CARD)
  const startMs = performance.now()
  const entry = await gate.api.gate.enterByCard({ setupId: setup.setupId, groupSize }, randomUUID())
  return { entry, ms: performance.now() - startMs }
}

/** Comes in, takes and puts back, goes out. The cart is sent as cameras send it: in batches, doubled, out of order. */
export async function visit(baseUrl: string, gate: DemoDevice, visitor: Visitor): Promise<Visit> {
  const { habit, burst, groupSize } = visitor
  const { entry, ms } =
    habit === 'guest_by_card' || burst === null
      ? await enterByCard(baseUrl, gate, groupSize)
      : await enter(gate, burst, groupSize)
  const came = entry.outcome === 'admitted' || entry.outcome === 'joined'
  const visited: Visit = { habit, entry, entryMs: ms, session: entry.session ?? null, total: null, doubled: 0 }
  if (!came) return { ...visited, session: null }
  const { api } = gate
  const session = entry.session!
  const { events, total } = cartOf(visitor)
  visited.total = total
  const batches = inDisorder(events, visitor.random)
  for (const batch of batches) visited.doubled += (await api.gate.cartEvents(session, batch)).doubled
  await api.gate.exit(session)
  if (habit !== 'cart_comes_late') await finalise(api, session, total)
  if (habit === 'is_adjusted') {
    await api.gate.adjust(session, { totalMinor: Math.floor(total / 2), reason: 'looked at again' }, randomUUID())
    visited.total = Math.floor(total / 2)
  }
  return visited
}

/** Tells the end twice under one key, as a system does whose first reply was lost. */
export async function finalise(api: DeviceApi, session: string, totalMinor: number): Promise<GateSession> {
  const key = randomUUID()
  await api.gate.finalise(session, { totalMinor }, key)
  return api.gate.finalise(session, { totalMinor }, key)
}

/** What somebody takes and puts back, and what it comes to. */
function cartOf({ habit, random }: Visitor): { events: CartEvent[]; total: number } {
  if (habit === 'takes_nothing') return { events: [], total: 0 }
  const events: CartEvent[] = []
  const there = new Map<string, number>()
  const pieces = 1 + Math.floor(random() * 6)
  for (let i = 0; i < pieces; i++) {
    const goods = GOODS[Math.floor(random() * GOODS.length)]!
    events.push({ sequence: events.length + 1, kind: 'add', quantity: 1, ...goods })
    there.set(goods.sku, (there.get(goods.sku) ?? 0) + 1)
    if (i > 0 && random() < 0.25) {
      events.push({ sequence: events.length + 1, kind: 'remove', sku: goods.sku, quantity: 1 })
      there.set(goods.sku, there.get(goods.sku)! - 1)
    }
  }
  const sum = GOODS.reduce((total, { sku, unitMinor }) => total + unitMinor * (there.get(sku) ?? 0), 0)
  if (habit === 'spends_much') return { events, total: MUCH_MINOR + sum }
  if (habit === 'owes') return { events, total: TOO_MUCH_MINOR + sum }
  // What is said under the missing number nobody ever hears; the cart system counts the shelf instead.
  if (habit === 'cart_has_a_gap') events.splice(Math.floor(events.length / 2), 1)
  return { events, total: sum }
}

/** In batches of a few, some told twice, some neighbours swapped. */
function inDisorder(events: CartEvent[], random: () => number): CartEvent[][] {
  const batches: CartEvent[][] = []
  for (let i = 0; i < events.length; i += 3) batches.push(events.slice(i, i + 3))
  for (let i = 1; i < batches.length; i++) {
    if (random() < 0.3) [batches[i - 1], batches[i]] = [batches[i]!, batches[i - 1]!]
  }
  return batches.flatMap((batch) => (random() < 0.25 ? [batch, batch] : [batch]))
}
