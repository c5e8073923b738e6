import type { GroupKey, Observed, ObservedSecurityGroup } from '../model/observed.ts'
import { backendSecurityGroupTags, tagKeys } from '../names/tags.ts'
import type { LiveLoadBalancer } from '../ingress/facts.ts'
import type { Tags } from '../model/model.ts'
import type { Aws } from './client.ts'
import { list } from './list.ts'
import type { Ownership } from './list.ts'
import { withWritten } from './listing.ts'
import type { Listing, Named, Written } from './listing.ts'

export interface InventorySettings extends Ownership {
  /** For how long a listing is not believed when it contradicts a write of ours, since AWS's lists lag behind writes. */
  readonly writesHoldMs?: number
}

/**
 * One listing of the region for all groups: load balancers, target groups and security groups with our cluster tag. Kept
 * up to date by our own writes between listings, so that a pass needs no listing after what it wrote itself.
 */
export class Inventory {
  readonly #aws: Aws
  readonly #settings: InventorySettings
  readonly #writesHoldMs: number
  #listing: Listing | undefined
  /** When the listing was begun. */
  #listedAt = -Infinity
  #refreshing: Promise<void> | undefined
  /** Counts the reasons not to believe a listing that was begun before. */
  #distrust = 0
  #writes: { readonly at: number; readonly written: Written }[] = []

  constructor(aws: Aws, settings: InventorySettings) {
    this.#aws = aws
    this.#settings = settings
    this.#writesHoldMs = settings.writesHoldMs ?? 10_000
  }

  /** Milliseconds since the listing was begun; Infinity when there is none that can be believed. */
  get age(): number {
    return this.#aws.clock.monotonic() - this.#listedAt
  }

  /**
   * Lists anew, once for all who ask meanwhile. Complete or an error: a part of a list never replaces the old one. The
   * signal of the first who asks bounds the calls.
   */
  async refresh(signal?: AbortSignal): Promise<void> {
    if (this.#refreshing === undefined) {
      this.#refreshing = this.#refresh(signal).finally(() => {
        this.#refreshing = undefined
      })
    }
    await this.#refreshing
  }

  /** Lists anew when the listing is older than `maxAgeMs`. */
  async ensure(maxAgeMs: number, signal?: AbortSignal): Promise<void> {
    while (this.age > maxAgeMs) {
      const begun = this.#refreshing !== undefined
      await this.refresh(signal)
      if (!begun) return
    }
  }

  /** Something may be there that no listing shows, or the other way round: the next `ensure` lists anew. */
  invalidate(): void {
    this.#distrust += 1
    this.#listedAt = -Infinity
  }

  /** Notes what a write of ours changed (`runStep` gives it). */
  applied(written: readonly Written[]): void {
    const at = this.#aws.clock.monotonic()
    for (const one of written) {
      this.#writes.push({ at, written: one })
      if (this.#listing !== undefined) this.#listing = withWritten(this.#listing, one)
    }
  }

  /** What carries the group's tags, listeners unread. `complete` is false while there is no listing. */
  observed(group: GroupKey): Observed {
    const listing = this.#listing
    if (listing === undefined) return { complete: false, loadBalancers: [], targetGroups: [], securityGroups: [] }
    const mine = <T extends { readonly tags: Tags }>(all: ReadonlyMap<string, T>): readonly T[] =>
      [...all.values()].filter((one) => one.tags[tagKeys.stack] === group)
    return {
      complete: true,
      loadBalancers: mine(listing.loadBalancers),
      targetGroups: mine(listing.targetGroups),
      securityGroups: mine(listing.securityGroups),
    }
  }

  /** All groups of which AWS holds something, sorted. */
  allGroups(): readonly GroupKey[] {
    const groups = new Set<GroupKey>()
    const { loadBalancers = new Map(), targetGroups = new Map(), securityGroups = new Map() } = this.#listing ?? {}
    for (const { tags } of [...loadBalancers.values(), ...targetGroups.values(), ...securityGroups.values()]) {
      const group = tags[tagKeys.stack]
      if (group !== undefined) groups.add(group)
    }
    return [...groups].toSorted()
  }

  /** Backend groups of the cluster; more than one only if AWS showed a create of ours too late. */
  backendGroups(): readonly ObservedSecurityGroup[] {
    const wanted = Object.entries(backendSecurityGroupTags(this.#settings.clusterName))
    return [...(this.#listing?.securityGroups.values() ?? [])].filter((one) =>
      wanted.every(([key, value]) => one.tags[key] === value),
    )
  }

  /** Whether the region had nothing of this name, whoever's, when it was listed; false while there is no listing. */
  isFree(is: Named, name: string): boolean {
    return this.#listing !== undefined && !this.#listing.names[is].has(name)
  }

  /** Our load balancers as decisions look at them (need `load-balancers`); undefined while there is no listing. */
  liveLoadBalancers(): readonly LiveLoadBalancer[] | undefined {
    return this.#listing === undefined ? undefined : [...this.#listing.loadBalancers.values()].flatMap(liveLoadBalancer)
  }

  async #refresh(signal: AbortSignal | undefined): Promise<void> {
    const begunAt = this.#aws.clock.monotonic()
    const distrust = this.#distrust
    const fresh = await list(this.#aws, this.#settings, signal)
    this.#writes = this.#writes.filter((write) => write.at > begunAt - this.#writesHoldMs)
    this.#listing = this.#writes.reduce((listing, write) => withWritten(listing, write.written), fresh)
    if (distrust === this.#distrust) this.#listedAt = begunAt
  }
}

/** What a decision about a group looks at; a load balancer without a stack tag belongs to no group. */
export const liveLoadBalancer = (of: {
  readonly name: string
  readonly scheme: LiveLoadBalancer['scheme']
  readonly subnetIds: readonly string[]
  readonly tags: Tags
}): readonly LiveLoadBalancer[] => {
  const group = of.tags[tagKeys.stack]
  return group === undefined ? [] : [{ group, name: of.name, scheme: of.scheme, subnetIds: of.subnetIds }]
}
