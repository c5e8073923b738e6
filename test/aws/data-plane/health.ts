import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { TargetAddress } from '../control-types.ts'

/** A health check of one target, as its target group says; times in milliseconds, scaled. */
export interface HealthCheck {
  /** Target group, id and port. */
  readonly key: string
  readonly address: TargetAddress
  /** `HTTP` or `HTTPS`. */
  readonly protocol: string
  readonly path: string
  /** `200`, `200-299` or a list of both. */
  readonly codes: string
  readonly interval: number
  readonly timeout: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

/** What probing has found. */
export type Health = 'initial' | 'healthy' | 'unhealthy'

interface Watched {
  readonly check: HealthCheck
  health: Health
  stopped: boolean
  timer: NodeJS.Timeout | undefined
  /** Probes in a row with the opposite result. */
  against: number
}

/** Probes targets that have an address. The first probe decides alone; later the thresholds do. */
export class HealthChecks {
  readonly #watched = new Map<string, Watched>()

  /** The targets to probe from now on; one whose check is the same keeps its state. */
  watch(checks: readonly HealthCheck[]): void {
    const wanted = new Map(checks.map((check) => [check.key, check]))
    for (const [key, watched] of this.#watched)
      if (JSON.stringify(wanted.get(key)) !== JSON.stringify(watched.check)) {
        watched.stopped = true
        clearTimeout(watched.timer)
        this.#watched.delete(key)
      }
    for (const check of checks) {
      if (this.#watched.has(check.key)) continue
      const watched: Watched = { check, health: 'initial', stopped: false, timer: undefined, against: 0 }
      this.#watched.set(check.key, watched)
      void this.#run(watched)
    }
  }

  /** Undefined: the target is not probed. */
  of(key: string): Health | undefined {
    return this.#watched.get(key)?.health
  }

  close(): void {
    this.watch([])
  }

  async #run(watched: Watched): Promise<void> {
    const passed = await probe(watched.check)
    if (watched.stopped) return
    note(watched, passed)
    watched.timer = setTimeout(() => void this.#run(watched), watched.check.interval)
    watched.timer.unref()
  }
}

function note(watched: Watched, passed: boolean): void {
  const now: Health = passed ? 'healthy' : 'unhealthy'
  if (watched.health === now) {
    watched.against = 0
    return
  }
  watched.against += 1
  const threshold = passed ? watched.check.healthyThreshold : watched.check.unhealthyThreshold
  if (watched.health !== 'initial' && watched.against < threshold) return
  watched.health = now
  watched.against = 0
}

function probe({ address, protocol, path, timeout, codes }: HealthCheck): Promise<boolean> {
  return new Promise((resolve) => {
    const send = protocol === 'HTTPS' ? httpsRequest : httpRequest
    const outgoing = send(
      {
        ...address,
        rejectUnauthorized: false,
        path,
        agent: false,
        timeout,
        headers: { 'user-agent': 'ELB-HealthChecker/2.0', host: address.host },
      },
      (incoming) => {
        incoming.resume()
        resolve(isExpected(incoming.statusCode ?? 0, codes))
      },
    )
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(false))
    outgoing.once('close', () => resolve(false))
    outgoing.end()
  })
}

function isExpected(status: number, codes: string): boolean {
  return codes.split(',').some((range) => {
    const [low = '', high = low] = range.split('-')
    return status >= Number(low) && status <= Number(high)
  })
}
