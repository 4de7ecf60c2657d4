/** Pictures of a burst must span this much: a living hand moves a little, a print held by a stand does not. */
export const BURST_SPAN_MS = 250

export type Shot = { offsetMs: number; sharpness: number }

/**
 * Which shots to send: the `keep` sharpest that still span BURST_SPAN_MS (the longest span when none does), in the order taken.
 * Shots are few (≤ 8), so every choice is tried. Throws a RangeError when there are fewer shots than to keep.
 */
export function chooseShots<T extends Shot>(shots: readonly T[], keep: number): T[] {
  if (shots.length < keep || keep < 1) throw new RangeError(`cannot keep ${keep} of ${shots.length} shots`)
  let best: { chosen: T[]; spans: number; sharpness: number } | null = null
  for (let mask = 0; mask < 1 << shots.length; mask += 1) {
    const chosen = shots.filter((_, index) => mask & (1 << index))
    if (chosen.length !== keep) continue
    const spans = Math.min(BURST_SPAN_MS, chosen.at(-1)!.offsetMs - chosen[0]!.offsetMs)
    const sharpness = chosen.reduce((sum, shot) => sum + shot.sharpness, 0)
    const better = !best || spans > best.spans || (spans === best.spans && sharpness > best.sharpness)
    if (better) best = { chosen, spans, sharpness }
  }
  return best!.chosen
}

/** Variance of the 4-neighbour Laplacian of grey values: grows with sharpness, comparable within one burst only. */
export function sharpnessOf(grey: Uint8Array | Uint8ClampedArray, widthPx: number, heightPx: number): number {
  let sum = 0
  let squares = 0
  for (let y = 1; y < heightPx - 1; y += 1) {
    for (let x = 1; x < widthPx - 1; x += 1) {
      const i = y * widthPx + x
      const value = 4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - widthPx] - grey[i + widthPx]
      sum += value
      squares += value * value
    }
  }
  const count = Math.max(1, (widthPx - 2) * (heightPx - 2))
  return squares / count - (sum / count) ** 2
}
