const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

const longest = 64

/**
 * A duration as Go's `time.ParseDuration` reads it (`1m30s`, `200ms`, `1.5h`, `0`), without a sign.
 * @returns milliseconds, or `undefined` for a text that is none
 */
export const parseDuration = (text: string): number | undefined => {
  if (text === '0') return 0
  if (text === '' || text.length > longest) return undefined
  let total = 0
  let rest = text
  while (rest !== '') {
    const part = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/.exec(rest)
    if (part === null) return undefined
    const [whole, count, unit] = part
    total += Number(count) * (units[unit ?? ''] ?? 0)
    rest = rest.slice(whole.length)
  }
  return Number.isFinite(total) ? Math.round(total * 1e6) / 1e6 : undefined
}

/** Milliseconds in Go's short form: `10h`, `16m40s`, `1.5s`, `200ms`, `0s`. */
export const formatDuration = (milliseconds: number): string => {
  if (milliseconds === 0) return '0s'
  if (milliseconds < 1_000) return `${milliseconds}ms`
  const hours = Math.floor(milliseconds / 3_600_000)
  const minutes = Math.floor((milliseconds % 3_600_000) / 60_000)
  const seconds = (milliseconds % 60_000) / 1_000
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}`
}
