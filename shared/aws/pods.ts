import type { Instance } from '@aws-sdk/client-ec2'
import ipaddr from 'ipaddr.js'
import type { PodInterface } from '../plan/pod-interfaces.ts'
import type { Aws } from './client.ts'
import { describeInstances, describeNetworkInterfaces } from './ec2.ts'
import { batches, tokenPages } from './pages.ts'

/** A Pod whose security groups are asked for. */
export interface PodPlace {
  /** `podKey` of the Pod. */
  readonly key: string
  readonly address: string
  readonly on: PodInterface
}

interface Found {
  readonly at: number
  readonly groups: readonly string[]
}

/**
 * Security groups of Pods by their network interfaces. Those of a Pod do not change while it keeps its address, so answers
 * are kept for a while: a call is made for Pods that are new, many in one.
 */
export class PodSecurityGroups {
  readonly #aws: Aws
  readonly #owner: { readonly vpcId: string }
  readonly #maxAgeMs: number
  readonly #known = new Map<string, Found>()

  constructor(aws: Aws, owner: { readonly vpcId: string }, settings: { readonly maxAgeMs: number }) {
    this.#aws = aws
    this.#owner = owner
    this.#maxAgeMs = settings.maxAgeMs
  }

  /** By key, the groups of each Pod; `none` for one that needs no rule. One that EC2 does not know is left out. */
  async of(
    places: readonly PodPlace[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[] | 'none'>> {
    const now = this.#aws.clock.monotonic()
    for (const [key, { at }] of this.#known) if (now - at > this.#maxAgeMs) this.#known.delete(key)
    const missing = places.filter(({ key }) => !this.#known.has(key))
    const found = [
      ...(await this.#byInterface(missing, signal)),
      ...(await this.#byAddress(missing, signal)),
      ...(await this.#byInstance(missing, signal)),
    ]
    for (const [key, groups] of found) if (groups.length > 0) this.#known.set(key, { at: now, groups })
    return new Map(
      places.flatMap(({ key, on }): readonly (readonly [string, readonly string[] | 'none'])[] => {
        if (on.is === 'none') return [[key, 'none']]
        const known = this.#known.get(key)
        return known === undefined ? [] : [[key, known.groups]]
      }),
    )
  }

  async #byInterface(places: readonly PodPlace[], signal?: AbortSignal): Promise<readonly Answer[]> {
    const wanted = places.flatMap(({ key, on }) => (on.is === 'interface' ? [{ key, id: on.id }] : []))
    const interfaces = await this.#interfaces(
      'network-interface-id',
      wanted.map(({ id }) => id),
      [],
      signal,
    )
    return wanted.flatMap(({ key, id }) => {
      const found = interfaces.find((one) => one.id === id)
      return found === undefined ? [] : [[key, found.groups] as const]
    })
  }

  async #byAddress(places: readonly PodPlace[], signal?: AbortSignal): Promise<readonly Answer[]> {
    const wanted = places.filter(({ on }) => on.is === 'address')
    const inVpc = [{ Name: 'vpc-id', Values: [this.#owner.vpcId] }]
    const isV6 = ({ address }: PodPlace): boolean => address.includes(':')
    const interfaces = [
      ...(await this.#interfaces(
        'addresses.private-ip-address',
        wanted.filter((place) => !isV6(place)).map(({ address }) => address),
        inVpc,
        signal,
      )),
      ...(await this.#interfaces(
        'ipv6-addresses.ipv6-address',
        wanted.filter(isV6).map(({ address }) => address),
        inVpc,
        signal,
      )),
    ]
    return wanted.flatMap(({ key, address }) => {
      const found = interfaces.find(({ addresses }) => addresses.includes(address))
      return found === undefined ? [] : [[key, found.groups] as const]
    })
  }

  async #interfaces(
    filter: string,
    values: readonly string[],
    others: readonly { readonly Name: string; readonly Values: string[] }[],
    signal?: AbortSignal,
  ): Promise<
    readonly { readonly id: string; readonly addresses: readonly string[]; readonly groups: readonly string[] }[]
  > {
    const all = []
    for (const batch of batches([...new Set(values)], 200)) {
      const input = { Filters: [...others, { Name: filter, Values: [...batch] }] }
      const page = await tokenPages(
        this.#aws,
        describeNetworkInterfaces,
        input,
        (output) => output.NetworkInterfaces,
        signal,
      )
      all.push(...page)
    }
    return all.map((one) => ({
      id: one.NetworkInterfaceId ?? '',
      addresses: [
        ...(one.PrivateIpAddresses ?? []).flatMap(({ PrivateIpAddress: address }) => address ?? []),
        ...(one.Ipv6Addresses ?? []).flatMap(({ Ipv6Address: address }) => address ?? []),
      ],
      groups: (one.Groups ?? []).flatMap(({ GroupId: id }) => id ?? []),
    }))
  }

  async #byInstance(places: readonly PodPlace[], signal?: AbortSignal): Promise<readonly Answer[]> {
    const wanted = places.flatMap(({ key, address, on }) =>
      on.is === 'instance' ? [{ key, address, instanceId: on.instanceId }] : [],
    )
    const instances = new Map<string, Instance>()
    for (const batch of batches([...new Set(wanted.map(({ instanceId }) => instanceId))], 100)) {
      const input = { Filters: [{ Name: 'instance-id', Values: [...batch] }] }
      const reservations = await tokenPages(
        this.#aws,
        describeInstances,
        input,
        (output) => output.Reservations,
        signal,
      )
      for (const instance of reservations.flatMap((reservation) => reservation.Instances ?? []))
        if (instance.InstanceId !== undefined) instances.set(instance.InstanceId, instance)
    }
    return wanted.flatMap(({ key, address, instanceId }) => {
      const interfaces = instances.get(instanceId)?.NetworkInterfaces ?? []
      const found = interfaces.find((one) => holds(one, address))
      return found === undefined ? [] : [[key, (found.Groups ?? []).flatMap(({ GroupId: id }) => id ?? [])] as const]
    })
  }
}

type Answer = readonly [key: string, groups: readonly string[]]

/** Whether an address is one of an interface, or within a prefix that is delegated to it. */
const holds = (of: NonNullable<Instance['NetworkInterfaces']>[number], address: string): boolean =>
  (of.PrivateIpAddresses ?? []).some((one) => one.PrivateIpAddress === address) ||
  (of.Ipv6Addresses ?? []).some((one) => one.Ipv6Address === address) ||
  [
    ...(of.Ipv4Prefixes ?? []).map((one) => one.Ipv4Prefix),
    ...(of.Ipv6Prefixes ?? []).map((one) => one.Ipv6Prefix),
  ].some((prefix) => prefix !== undefined && isWithin(address, [prefix]))

/** Whether an address lies in one of the blocks; text that is none lies in no block. */
export const isWithin = (address: string, blocks: readonly string[]): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  return blocks.some((block) => {
    if (!ipaddr.isValidCIDR(block)) return false
    const [base, length] = ipaddr.parseCIDR(block)
    return base.kind() === parsed.kind() && parsed.match(base, length)
  })
}
