import { CARD } from '../demo/enrol.ts'

/** A generator of chance that draws the same again for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What somebody does in the simulated shop. */
export const HABITS = [
  'shops',
  'takes_nothing',
  'cart_comes_late',
  'cart_has_a_gap',
  'spends_much',
  'owes',
  'card_declined',
  'is_a_stranger',
  'guest_by_card',
  'is_adjusted',
] as const
export type Habit = (typeof HABITS)[number]
/** Of a hundred people. */
const OF_HUNDRED: Record<Habit, number> = {
  shops: 52,
  takes_nothing: 8,
  cart_comes_late: 8,
  cart_has_a_gap: 4,
  spends_much: 8,
  owes: 3,
  card_declined: 4,
  is_a_stranger: 4,
  guest_by_card: 3,
  is_adjusted: 6,
}

/** The first ones show each habit once, so that a small shop shows them all; the rest as often as it is. */
export function habitOf(index: number, random: () => number): Habit {
  if (index < HABITS.length) return HABITS[index]!
  const drawn = random() * 100
  let upTo = 0
  for (const habit of HABITS) {
    upTo += OF_HUNDRED[habit]
    if (drawn < upTo) return habit
  }
  return 'shops'
}

const DECLINED = { ...CARD, number: '4000000000000341' }
const NO_RAISES = { ...CARD, number: '6011111111111117' }

/** Which test card somebody registers with. */
export const cardOf = (habit: Habit): typeof CARD =>
  habit === 'card_declined' ? DECLINED : habit === 'spends_much' || habit === 'owes' ? NO_RAISES : CARD

/** What the simulated shop sells. */
export const GOODS = [
  { sku: 'espresso', name: 'Espresso', unitMinor: 240 },
  { sku: 'croissant', name: 'Croissant', unitMinor: 210 },
  { sku: 'juice', name: 'Orange juice', unitMinor: 450 },
  { sku: 'bread', name: 'Sourdough loaf', unitMinor: 680 },
  { sku: 'sandwich', name: 'Cheese sandwich', unitMinor: 750 },
  { sku: 'soup', name: 'Soup of the day', unitMinor: 690 },
] as const
