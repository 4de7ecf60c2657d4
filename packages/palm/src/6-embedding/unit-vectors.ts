import { REGION_SIDE_PX, type Region } from '../3-region/region.ts'
import type { Network } from '../networks/network.ts'

const REGION_NUMBERS = REGION_SIDE_PX * REGION_SIDE_PX
/** The networks end in a division by the length: further from 1 than this, something is broken. */
const MAX_LENGTH_ERROR = 1e-3

/**
 * What a network makes of grey regions: one vector of unit length each. Throws when it answers anything else: a broken invariant, and
 * the frame fails.
 */
export async function unitVectors(
  network: Network,
  regions: readonly Region[],
  dims: number,
): Promise<readonly Float32Array[]> {
  const input = new Float32Array(regions.length * REGION_NUMBERS)
  regions.forEach(({ grey }, i) => {
    if (grey.length !== REGION_NUMBERS)
      throw new RangeError(`a region has ${REGION_NUMBERS} pixels, not ${grey.length}`)
    input.set(grey, i * REGION_NUMBERS)
  })
  const [values] = await network.run(input)
  if (values?.length !== regions.length * dims) {
    throw new Error(`the palm network answered ${values?.length} numbers for ${regions.length} regions`)
  }
  return regions.map((_, i) => {
    const vector = values.subarray(i * dims, (i + 1) * dims)
    let square = 0
    for (const value of vector) square += value * value
    // Written so that a value that is no number fails as well.
    if (!(Math.abs(Math.sqrt(square) - 1) <= MAX_LENGTH_ERROR)) {
      throw new Error(`the palm network answered a vector of length ${Math.sqrt(square)}`)
    }
    return vector
  })
}
