import type { ShopState } from '@paume/contract'

/** A shape for each state, around its middle, 14 units wide: who sees no colours tells them apart as well. */
export const MARKS: Record<ShopState, string> = {
  planned: 'M0-6a6 6 0 1 0 0 12a6 6 0 1 0 0-12ZM0-3a3 3 0 1 1 0 6a3 3 0 1 1 0-6Z',
  installing: 'M0-7L7 6H-7Z',
  ready: 'M0-8L7 0L0 8L-7 0Z',
  live: 'M0-7a7 7 0 1 0 0 14a7 7 0 1 0 0-14Z',
  paused: 'M-6-6H6V6H-6Z',
  closed: 'M-6-4L-4-6L0-2L4-6L6-4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z',
}
