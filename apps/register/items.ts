import type { TextKey } from '../language/tables.ts'

/** What the demo shop sells. Prices in minor units of the shop's currency; two sandwiches and a salad make 23.40. */
export const ITEMS = [
  { id: 'espresso', priceMinor: 240n },
  { id: 'flat_white', priceMinor: 390n },
  { id: 'tea', priceMinor: 320n },
  { id: 'juice', priceMinor: 450n },
  { id: 'croissant', priceMinor: 210n },
  { id: 'bread', priceMinor: 680n },
  { id: 'sandwich', priceMinor: 750n },
  { id: 'soup', priceMinor: 690n },
  { id: 'salad', priceMinor: 840n },
  { id: 'cake', priceMinor: 420n },
  { id: 'apple', priceMinor: 90n },
  { id: 'water', priceMinor: 180n },
] as const

export type ItemId = (typeof ITEMS)[number]['id']
export const itemKey = (item: ItemId | 'free'): TextKey => `item.${item}`
