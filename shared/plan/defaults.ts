import { stillDefaults } from '../annotation/marker.ts'
import { sanitise, warningLimit } from '../findings/text.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { prefix } from '../names/annotation-keys.ts'

/** Defaults that say most about a load balancer are told by name, the others counted. */
const told: ReadonlySet<string> = new Set(['ip-address-type', 'listen-ports', 'scheme', 'ssl-policy', 'target-type'])

/** The line that tells which defaults a write fills in; none where it fills in nothing that was not there before. */
export const defaultsLine = (before: Ingress | undefined, after: Ingress): readonly string[] => {
  const was = before === undefined ? new Set<string>() : stillDefaults(before)
  const filled = [...stillDefaults(after)]
    .filter((key) => !was.has(key) || before?.annotations[prefix + key] !== after.annotations[prefix + key])
    .toSorted()
  if (filled.length === 0) return []
  const named = filled.filter((key) => told.has(key))
  for (let count = named.length; ; count -= 1) {
    const entries = named.slice(0, count).map((key) => `${key}=${after.annotations[prefix + key] ?? ''}`)
    const more = filled.length - count
    const text = `plan: defaults ${[...entries].join(', ')}${moreText(entries.length, more)}`
    if (text.length <= warningLimit || count === 0) return [sanitise(text)]
  }
}

const moreText = (named: number, more: number): string => {
  if (named === 0) return `of ${more} key${more === 1 ? '' : 's'}`
  return more === 0 ? '' : ` and ${more} more`
}
