import type { LiveLoadBalancer, Need, NeedKey, Subnet } from '../ingress/facts.ts'
import type { Aws } from './client.ts'
import { describeAvailabilityZones, describeSubnets } from './ec2.ts'
import { AwsError } from './errors.ts'
import { liveLoadBalancer } from './inventory.ts'
import { listLoadBalancers } from './list.ts'
import type { Ownership } from './list.ts'
import { tokenPages } from './pages.ts'
import { readSubnet, readZoneTypes } from './read/subnet.ts'
import type { ZoneTypes } from './read/subnet.ts'

/** Answers a need by asking AWS: the value, or undefined when what was named does not exist. Throws `AwsError`. */
export type Ask = (need: Need, signal: AbortSignal) => Promise<unknown>

/** Asks AWS itself; a process that keeps an inventory puts it in front for `load-balancers`. */
export const askAws = (
  aws: Aws,
  owner: Ownership,
  loadBalancers?: (signal: AbortSignal) => Promise<readonly LiveLoadBalancer[]>,
): Ask => {
  const zoneTypes = new ZoneTypeCache(aws)

  const subnets = async (filter: { readonly name: string; readonly value: string }, signal: AbortSignal) => {
    const input = { Filters: [{ Name: filter.name, Values: [filter.value] }] }
    const [answers, types] = await Promise.all([
      tokenPages(aws, describeSubnets, input, (output) => output.Subnets, signal),
      zoneTypes.get(signal),
    ])
    return answers.flatMap((answer): readonly Subnet[] => {
      const subnet = readSubnet(answer, types)
      return subnet === undefined ? [] : [subnet]
    })
  }

  return async (need, signal) => {
    switch (need.is) {
      case 'subnets':
        return subnets({ name: 'vpc-id', value: owner.vpcId }, signal)
      // A filter answers an empty list for an id that does not exist or is malformed, where SubnetIds is refused.
      case 'subnet':
        return (await subnets({ name: 'subnet-id', value: need.id }, signal))[0]
      case 'load-balancers':
        if (loadBalancers !== undefined) return loadBalancers(signal)
        return (await listLoadBalancers(aws, owner, signal)).flatMap(liveLoadBalancer)
      default:
        return need satisfies never
    }
  }
}

/** Why a need has no answer, as users read it: `EC2 refused ec2:DescribeSubnets`. */
export const whyUnknown = (error: unknown): string => {
  if (!(error instanceof AwsError)) return 'the look-up failed'
  const service = { ec2: 'EC2', elasticloadbalancing: 'Elastic Load Balancing', sts: 'STS' }[error.service]
  const call = `${error.service}:${error.action}`
  if (error.code === 'CredentialsProviderError' || error.code === 'TokenProviderError') return 'no AWS credentials'
  if (error.remedy === 'denied') return `${service} refused ${call}`
  if (error.remedy === 'throttled') return `${service} throttled ${call}`
  if (error.remedy === 'unavailable') return `${service} gave no answer`
  return `${call} failed: ${error.code}`
}

/** The service that a need is asked of, as users read it. */
export const serviceOf = (key: NeedKey): string => (key === 'load-balancers' ? 'Elastic Load Balancing' : 'EC2')

/** Zone types do not change: asked once; when it fails, zones count as ordinary ones and it is asked again later. */
class ZoneTypeCache {
  readonly #aws: Aws
  #types: ZoneTypes | undefined
  #asking: Promise<ZoneTypes> | undefined
  #failedAt = -Infinity

  constructor(aws: Aws) {
    this.#aws = aws
  }

  async get(signal: AbortSignal): Promise<ZoneTypes> {
    if (this.#types !== undefined) return this.#types
    if (this.#aws.clock.monotonic() - this.#failedAt < 60_000) return new Map()
    this.#asking ??= this.#ask(signal).finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(signal: AbortSignal): Promise<ZoneTypes> {
    try {
      const output = await this.#aws.call(describeAvailabilityZones, {}, signal)
      this.#types = readZoneTypes(output.AvailabilityZones ?? [])
      return this.#types
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      this.#failedAt = this.#aws.clock.monotonic()
      return new Map()
    }
  }
}
