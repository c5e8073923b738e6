import type { Clock } from '../process/clock.ts'
import type { Throttle } from '../process/throttle.ts'

/** How often calls of one class may be made: `rate` tokens a second, at most `burst` saved up. */
export interface Rate {
  readonly rate: number
  readonly burst: number
}

export type Service = 'elasticloadbalancing' | 'ec2' | 'acm' | 'iam' | 'sts'

/** What the SDK calls the services. */
const serviceIds: Readonly<Record<Service, string>> = {
  elasticloadbalancing: 'Elastic Load Balancing v2',
  ec2: 'EC2',
  acm: 'ACM',
  iam: 'IAM',
  sts: 'STS',
}

/** The class of an action: calls of one class share a budget. */
export const actionClass = (service: Service, action: string): string => {
  if (service === 'acm') return `acm:${action}`
  if (service !== 'elasticloadbalancing') return `${service}:${action.startsWith('Describe') ? 'Describe' : 'other'}`
  if (action === 'RegisterTargets' || action === 'DeregisterTargets') return 'elasticloadbalancing:Targets'
  return `elasticloadbalancing:${/^[A-Z][a-z]+/.exec(action)?.[0] ?? action}`
}

/**
 * Budgets by action class. Those of Describe*, Modify* and targets are the limits that Elastic Load Balancing enforces on
 * an account and region; those of other writes are assumed to be as Modify*. Those of EC2 are half of its published
 * buckets (EC2 API throttling), that of DescribeCertificate half of ACM's ("Quotas").
 */
export const defaultRates: Readonly<Record<string, Rate>> = {
  'elasticloadbalancing:Describe': { rate: 50, burst: 200 },
  'elasticloadbalancing:Modify': { rate: 3, burst: 20 },
  'elasticloadbalancing:Create': { rate: 3, burst: 20 },
  'elasticloadbalancing:Delete': { rate: 3, burst: 20 },
  'elasticloadbalancing:Set': { rate: 3, burst: 20 },
  'elasticloadbalancing:Add': { rate: 3, burst: 20 },
  'elasticloadbalancing:Remove': { rate: 3, burst: 20 },
  'elasticloadbalancing:Targets': { rate: 4, burst: 20 },
  'ec2:Describe': { rate: 10, burst: 50 },
  'ec2:other': { rate: 2.5, burst: 25 },
  'acm:ListCertificates': { rate: 1, burst: 5 },
  'acm:DescribeCertificate': { rate: 5, burst: 10 },
  'iam:other': { rate: 5, burst: 5 },
  'sts:other': { rate: 1, burst: 5 },
}

/** Tokens of one action class, given out in the order in which they are asked for. */
export class TokenBucket {
  readonly #rate: Rate
  readonly #clock: Clock
  #tokens: number
  #at: number

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#tokens = rate.burst
    this.#at = clock.monotonic()
  }

  /** Waits for a token. Rejects with the signal's reason when it is aborted first; the token is then given back. */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#refill()
    this.#tokens -= 1
    if (this.#tokens >= 0) return
    try {
      await this.#clock.sleep((-this.#tokens / this.#rate.rate) * 1000, signal)
    } catch (error) {
      this.#tokens += 1
      throw error
    }
  }

  #refill(): void {
    const now = this.#clock.monotonic()
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate.rate)
    this.#at = now
  }
}

/** The buckets of one process, shared by all its calls. */
export class Limits {
  readonly #clock: Clock
  readonly #rates: Readonly<Record<string, Rate>>
  readonly #total: TokenBucket | undefined
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #given: readonly {
    readonly serviceId: string
    readonly actions: RegExp
    readonly bucket: TokenBucket
  }[]

  /**
   * `total` bounds all calls together, besides the budget of each class. A service that `throttles` names has no classes: a
   * call of it takes from every budget that its action matches, or from none.
   */
  constructor(
    clock: Clock,
    settings: {
      readonly rates?: Readonly<Record<string, Rate>>
      readonly total?: Rate
      readonly throttles?: readonly Throttle[]
    } = {},
  ) {
    this.#clock = clock
    this.#rates = { ...defaultRates, ...settings.rates }
    this.#total = settings.total === undefined ? undefined : new TokenBucket(settings.total, clock)
    this.#given = (settings.throttles ?? []).map(({ serviceId, actions, rate, burst }) => ({
      serviceId,
      actions: new RegExp(actions),
      bucket: new TokenBucket({ rate, burst }, clock),
    }))
  }

  /** Waits until a call of the action may be made. */
  async take(service: Service, action: string, signal?: AbortSignal): Promise<void> {
    await this.#total?.take(signal)
    const given = this.#given.filter(({ serviceId }) => serviceId === serviceIds[service])
    if (given.length === 0) await this.#bucketOf(service, action).take(signal)
    // oxlint-disable-next-line no-await-in-loop -- one budget after the other, as aws-load-balancer-controller waits
    for (const { actions, bucket } of given) if (actions.test(action)) await bucket.take(signal)
  }

  #bucketOf(service: Service, action: string): TokenBucket {
    const name = actionClass(service, action)
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rates[name] ?? { rate: 1, burst: 5 }, this.#clock)
      this.#buckets.set(name, bucket)
    }
    return bucket
  }
}
