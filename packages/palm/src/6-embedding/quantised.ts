/** int8 per unit of length: an entry of a unit vector of 256 is about 0.0625, so a typical entry is 25 of 127. */
const QUANTUM = 400

/** To unit length, then int8. An all-zero vector stays zero: it is similar to nothing. */
export function quantised(values: Float32Array, quantum: number = QUANTUM): Int8Array {
  let square = 0
  for (const value of values) square += value * value
  const factor = square > 0 ? quantum / Math.sqrt(square) : 0
  return Int8Array.from(values, (value) => Math.max(-127, Math.min(127, Math.round(value * factor))))
}
