import type { Buckets, Fault } from '../control-types.ts'
import { isWrite, type AwsRequest } from './request.ts'

/** Whether a pattern (`CreateRule`, `ec2:CreateTags`, `ec2:*`, `write:*`, `*`) covers a call. */
export function covers(pattern: string, request: Pick<AwsRequest, 'service' | 'action'>): boolean {
  if (pattern === '*') return true
  if (pattern === 'write:*') return isWrite(request.action)
  if (pattern === `${request.service}:*`) return true
  return pattern === request.action || pattern === `${request.service}:${request.action}`
}

/** The faults that are armed, and how many calls each of them has seen. */
export class Faults {
  #armed: { readonly fault: Fault; seen: number }[] = []

  arm(fault: Fault): void {
    this.#armed.push({ fault, seen: 0 })
  }

  clear(): void {
    this.#armed = []
  }

  /** Counts a call against every armed fault; the first one that hits it. */
  next(request: AwsRequest): Fault | undefined {
    let hit: Fault | undefined
    for (const armed of this.#armed) {
      const { fault } = armed
      if (!covers(fault.action, request)) continue
      if (fault.client !== undefined && fault.client !== request.client) continue
      armed.seen += 1
      const first = fault.at ?? 1
      const last = fault.times === 'forever' ? Infinity : first + (fault.times ?? 1) - 1
      if (armed.seen >= first && armed.seen <= last) hit ??= fault
    }
    return hit
  }
}

/** Token buckets per class of actions, as AWS limits the calls of an account and region. */
export class Throttle {
  #buckets: Buckets = {}
  readonly #levels = new Map<string, { tokens: number; at: number }>()

  configure(buckets: Buckets): void {
    this.#buckets = buckets
    this.#levels.clear()
  }

  /** Takes a token for a call; false when its bucket is empty. */
  take(request: AwsRequest, now: number): boolean {
    const name = `${request.service}:${request.action}`
    const key = Object.keys(this.#buckets)
      .filter((prefix) => name.startsWith(prefix))
      .sort((a, b) => b.length - a.length)[0]
    const bucket = key === undefined ? undefined : this.#buckets[key]
    if (key === undefined || bucket === undefined) return true
    const level = this.#levels.get(key) ?? { tokens: bucket.cap, at: now }
    const tokens = Math.min(bucket.cap, level.tokens + ((now - level.at) / 1000) * bucket.rate)
    this.#levels.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    return tokens >= 1
  }
}
