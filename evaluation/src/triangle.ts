/**
 * Similarities of all pairs of a list, each pair once: row a holds a's similarity to every earlier b. `Float32Array`, because
 * a thousand pictures make half a million pairs and every matcher makes a triangle of its own.
 */
export type Triangle = Float32Array<ArrayBufferLike>

export const trianglePairs = (pictures: number) => (pictures * (pictures - 1)) / 2

/** Where the pair stands, a > b ≥ 0. */
export const placeOf = (a: number, b: number) => (a * (a - 1)) / 2 + b

/** Looks a pair up in either order. */
export const similarityAt = (triangle: Triangle, a: number, b: number) =>
  a > b ? triangle[placeOf(a, b)] : triangle[placeOf(b, a)]

/** A similarity is missing or is no number: never taken for 0. */
export class TriangleBroken extends Error {
  readonly code = 'triangle_broken'
}

/** Throws TriangleBroken unless every pair has a finite similarity. */
export function mustBeWhole(triangle: Triangle, pictures: number, matcher: string): Triangle {
  if (triangle.length !== trianglePairs(pictures)) {
    throw new TriangleBroken(`${matcher} gave ${triangle.length} similarities for ${pictures} pictures`)
  }
  const broken = triangle.findIndex((value) => !Number.isFinite(value))
  if (broken >= 0) throw new TriangleBroken(`${matcher} gave ${triangle[broken]} for pair ${broken}`)
  return triangle
}
