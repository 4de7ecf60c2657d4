/** Sums from the first series up: the last one reaches the top of the pile. */
export function pileUp(series: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const below: number[] = []
  return series.map((values) =>
    values.map((value, index) => {
      below[index] = (below[index] ?? 0) + (value ?? 0)
      return below[index]!
    }),
  )
}
