/** A furrow of the skin as a line of points in millimetres. */
export interface Crease {
  /** −1: points are (x, y) on the palm. 0–4: points are (across, along) on that finger, thumb first. */
  finger: number
  points: [number, number][]
  widthMm: number
  /** 0…1: how dark and deep it is. */
  depth: number
  /** Main creases keep their place between views better than fine ones. */
  kind: 'principal' | 'secondary' | 'fine' | 'joint'
}

/** A line about a middle with a bow: `curvature` is the turn from end to end in radians. */
export function arc(x: number, y: number, angle: number, length: number, curvature: number): [number, number][] {
  const steps = Math.max(4, Math.round(length / 2.5))
  return Array.from({ length: steps + 1 }, (_, step): [number, number] => {
    const along = (step / steps - 0.5) * length
    const bow = (curvature * (along * along - (length * length) / 12)) / (2 * length)
    return [x + Math.cos(angle) * along - Math.sin(angle) * bow, y + Math.sin(angle) * along + Math.cos(angle) * bow]
  })
}
