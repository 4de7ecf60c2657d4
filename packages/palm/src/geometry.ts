/** A place in a picture: continuous pixels, (0, 0) is the upper left corner of the upper left pixel, y points down. */
export type Point = { x: number; y: number }
export type Point3 = { x: number; y: number; z: number }
export type Box = { leftPx: number; topPx: number; widthPx: number; heightPx: number }

export const distance = (p: Point, q: Point) => Math.hypot(p.x - q.x, p.y - q.y)
export const middle = (p: Point, q: Point): Point => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 })

/** Brings an angle into (−π, π]. */
export const wrapAngleRad = (angleRad: number) =>
  angleRad - 2 * Math.PI * Math.ceil((angleRad - Math.PI) / (2 * Math.PI))

export function boundingBox(points: readonly Point[]): Box {
  const xs = points.map((p) => p.x)
  const ys = points.map((p) => p.y)
  const leftPx = Math.min(...xs)
  const topPx = Math.min(...ys)
  return { leftPx, topPx, widthPx: Math.max(...xs) - leftPx, heightPx: Math.max(...ys) - topPx }
}

/** Area of the overlap over area of the union, 0…1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const w = Math.min(a.leftPx + a.widthPx, b.leftPx + b.widthPx) - Math.max(a.leftPx, b.leftPx)
  const h = Math.min(a.topPx + a.heightPx, b.topPx + b.heightPx) - Math.max(a.topPx, b.topPx)
  if (w <= 0 || h <= 0) return 0
  return (w * h) / (a.widthPx * a.heightPx + b.widthPx * b.heightPx - w * h)
}

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: turning, scaling and moving, never mirroring. */
export type Similarity = { a: number; b: number; tx: number; ty: number }

/**
 * The similarity that brings `from` onto `to` with the least sum of squares (Umeyama 1991, in the plane, without
 * reflection). Throws a RangeError where `from` is a single place.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const p = centroid(from)
  const q = centroid(to)
  let dot = 0
  let cross = 0
  let spread = 0
  for (let i = 0; i < from.length; i++) {
    const fx = from[i].x - p.x
    const fy = from[i].y - p.y
    const gx = to[i].x - q.x
    const gy = to[i].y - q.y
    dot += fx * gx + fy * gy
    cross += fx * gy - fy * gx
    spread += fx * fx + fy * fy
  }
  if (!(spread > 0)) throw new RangeError('a similarity needs at least two different places')
  const a = dot / spread
  const b = cross / spread
  return { a, b, tx: q.x - a * p.x + b * p.y, ty: q.y - b * p.x - a * p.y }
}

export const applySimilarity = ({ a, b, tx, ty }: Similarity, { x, y }: Point): Point => ({
  x: a * x - b * y + tx,
  y: b * x + a * y + ty,
})

/** x' = a·x + b·y + c, y' = d·x + e·y + f with the least sum of squares. Needs three places not in a line. */
export function fitAffine(
  from: readonly Point[],
  to: readonly Point[],
): [number, number, number, number, number, number] {
  const p = centroid(from)
  const q = centroid(to)
  let xx = 0
  let xy = 0
  let yy = 0
  let gxx = 0
  let gxy = 0
  let gyx = 0
  let gyy = 0
  for (let i = 0; i < from.length; i++) {
    const fx = from[i].x - p.x
    const fy = from[i].y - p.y
    const gx = to[i].x - q.x
    const gy = to[i].y - q.y
    xx += fx * fx
    xy += fx * fy
    yy += fy * fy
    gxx += gx * fx
    gxy += gx * fy
    gyx += gy * fx
    gyy += gy * fy
  }
  const det = xx * yy - xy * xy
  if (!(Math.abs(det) > 1e-12 * (xx + yy) ** 2)) throw new RangeError('an affine map needs three places not in a line')
  const a = (gxx * yy - gxy * xy) / det
  const b = (gxy * xx - gxx * xy) / det
  const d = (gyx * yy - gyy * xy) / det
  const e = (gyy * xx - gyx * xy) / det
  return [a, b, q.x - a * p.x - b * p.y, d, e, q.y - d * p.x - e * p.y]
}

function centroid(points: readonly Point[]): Point {
  let x = 0
  let y = 0
  for (const p of points) {
    x += p.x
    y += p.y
  }
  return { x: x / points.length, y: y / points.length }
}
