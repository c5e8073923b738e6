/** Milliseconds of many requests. */
export interface Timings {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly most: number
}

/** The share of values that are not greater; `values` is sorted and not empty. */
const quantile = (values: readonly number[], share: number): number =>
  values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN

export const timingsOf = (milliseconds: readonly number[]): Timings => {
  const sorted = milliseconds.toSorted((one, other) => one - other)
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    most: quantile(sorted, 1),
  }
}

/** Of several runs, each figure's median: one run that something else disturbed does not count. */
export const medianOf = (runs: readonly Timings[]): Timings => {
  const median = (of: (run: Timings) => number): number =>
    quantile(
      runs.map(of).toSorted((one, other) => one - other),
      0.5,
    )
  return {
    count: runs.reduce((sum, { count }) => sum + count, 0),
    p50: median(({ p50 }) => p50),
    p90: median(({ p90 }) => p90),
    p99: median(({ p99 }) => p99),
    most: median(({ most }) => most),
  }
}
