/** What a step said must hold. */
export interface Observation {
  readonly step: string
  readonly sentence: string
  readonly held: boolean
  /** What was seen when it did not hold. */
  readonly instead?: string
}

/** Compares two texts; the answer for one that differs shows both. */
export function difference(wanted: string, seen: string): string | undefined {
  return wanted === seen ? undefined : `wanted:\n${wanted}\nseen:\n${seen}`
}
