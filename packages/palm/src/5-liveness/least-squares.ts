/**
 * Unknowns of a symmetric system by Gauss elimination; each row holds its coefficients and then its right side, and is overwritten. A
 * vanishing pivot leaves its unknown at 0.
 */
export function solve(rows: Float64Array[]): number[] {
  const size = rows.length
  for (let pivot = 0; pivot < size; pivot++) {
    const lead = rows[pivot][pivot]
    if (!(Math.abs(lead) > 1e-12)) continue
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue
      const factor = rows[row][pivot] / lead
      for (let k = pivot; k <= size; k++) rows[row][k] -= factor * rows[pivot][k]
    }
  }
  return rows.map((row, i) => (Math.abs(row[i]) > 1e-12 ? row[size] / row[i] : 0))
}
