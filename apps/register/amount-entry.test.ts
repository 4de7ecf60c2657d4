import { describe, expect, it } from 'vitest'
import { eraseDigit, typeDigit } from './amount-entry.ts'
import { gridMove } from './item-grid.tsx'

describe('typing an amount', () => {
  it('fills from the right', () => {
    expect(['2', '3', '4', '0'].reduce(typeDigit, 0n)).toBe(2340n)
    expect(typeDigit(23n, '00')).toBe(2300n)
    expect(eraseDigit(2340n)).toBe(234n)
    expect(eraseDigit(0n)).toBe(0n)
  })
  it('stops at the limit of the contract', () => {
    expect(typeDigit(99_999_999n, '9')).toBe(99_999_999n)
  })
})

describe('arrows in the grid', () => {
  it('move within and stop at the edges', () => {
    expect(gridMove('ArrowRight', 0, 4, 12)).toBe(1)
    expect(gridMove('ArrowDown', 1, 4, 12)).toBe(5)
    expect(gridMove('ArrowUp', 1, 4, 12)).toBe(1)
    expect(gridMove('ArrowDown', 11, 4, 12)).toBe(11)
    expect(gridMove('Enter', 3, 4, 12)).toBe(3)
  })
})
