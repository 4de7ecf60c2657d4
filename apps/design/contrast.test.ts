import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

/** The value of a colour token in the light and in the dark theme. */
function colour(name: string): [light: string, dark: string] {
  const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens)
  if (!match) throw new Error(`no token --${name}`)
  return [match[1]!, match[2]!]
}

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light! + 0.05) / (dark! + 0.05)
}

const TEXT_PAIRS = [
  ['ink', 'ground'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['ink-soft', 'ground'],
  ['ink-soft', 'surface'],
  ['ink-soft', 'sunken'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-accent-soft', 'accent-soft'],
  ['accent', 'ground'],
  ['accent', 'surface'],
  ['warn', 'warn-soft'],
  ['bad', 'bad-soft'],
  ['bad', 'surface'],
  ['good', 'surface'],
] as const
/** Edges of controls, marks of state, the ring of focus: 3:1 is asked for (WCAG 2.2, 1.4.11). */
const EDGE_PAIRS = [
  ['edge', 'surface'],
  ['edge', 'ground'],
  ['accent', 'ground'],
  ['focus', 'ground'],
  ['focus', 'surface'],
] as const

describe('contrast', () => {
  it.each(TEXT_PAIRS)('of %s on %s is at least 4.5', (ink, ground) => {
    for (const theme of [0, 1])
      expect(contrast(colour(ink)[theme]!, colour(ground)[theme]!)).toBeGreaterThanOrEqual(4.5)
  })
  it.each(EDGE_PAIRS)('of the edge %s on %s is at least 3', (edge, ground) => {
    for (const theme of [0, 1]) expect(contrast(colour(edge)[theme]!, colour(ground)[theme]!)).toBeGreaterThanOrEqual(3)
  })
})
