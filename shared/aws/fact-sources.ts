import type { LiveLoadBalancer, NamedLoadBalancer, Need, NeedKey, SecurityGroup, Subnet } from '../ingress/facts.ts'
import type { ObservedSecurityGroup } from '../model/observed.ts'
import { tagKeys } from '../names/tags.ts'
import type { Aws } from './client.ts'
import { describeAvailabilityZones, describeInternetGateways, describeRouteTables, describeSubnets } from './ec2.ts'
import { AwsError } from './errors.ts'
import { liveLoadBalancer } from './inventory.ts'
import { describeGroups, findLoadBalancer, listLoadBalancers } from './list.ts'
import type { Ownership } from './list.ts'
import { Certificates } from './certificates.ts'
import { describeSslPolicies } from './elastic-load-balancing.ts'
import { getCallerIdentity } from './sts.ts'
import { markerPages, tokenPages } from './pages.ts'
import { readRoutes } from './read/routes.ts'
import { isAvailabilityZone, readSubnet, readZoneTypes } from './read/subnet.ts'
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
  const certificates = new Certificates(aws)

  const subnets = async (filter: { readonly name: string; readonly value: string }, signal: AbortSignal) => {
    const input = { Filters: [{ Name: filter.name, Values: [filter.value] }] }
    const answers = await tokenPages(aws, describeSubnets, input, (output) => output.Subnets, signal)
    const named = answers.every(({ AvailabilityZone: zone = '' }) => isAvailabilityZone(zone, aws.region))
    const types = named ? noZoneTypes : await zoneTypes.get(signal)
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
      case 'routes': {
        const input = { Filters: [{ Name: 'vpc-id', Values: [owner.vpcId] }] }
        return readRoutes(await tokenPages(aws, describeRouteTables, input, (output) => output.RouteTables, signal))
      }
      case 'internet-gateways': {
        const input = { Filters: [{ Name: 'attachment.vpc-id', Values: [owner.vpcId] }] }
        const gateways = await tokenPages(
          aws,
          describeInternetGateways,
          input,
          (output) => output.InternetGateways,
          signal,
        )
        return gateways.flatMap(({ InternetGatewayId }) => InternetGatewayId ?? [])
      }
      case 'security-groups':
        return (await describeGroups(aws, { 'vpc-id': [owner.vpcId] }, signal)).map(named)
      case 'security-group':
        return (await describeGroups(aws, { 'group-id': [need.id] }, signal)).map(named)[0]
      case 'load-balancers':
        if (loadBalancers !== undefined) return loadBalancers(signal)
        return (await listLoadBalancers(aws, owner, signal)).ours.flatMap(liveLoadBalancer)
      case 'load-balancer-name':
        return namedLoadBalancer(aws, owner, need.name, signal)
      case 'certificates':
        return certificates.all(signal)
      case 'certificate':
        return certificates.one(need.arn, signal)
      case 'account':
        return (await aws.call(getCallerIdentity, {}, signal)).Account
      case 'ssl-policies':
        return sslPolicies(aws, signal)
      default:
        return need satisfies never
    }
  }
}

const named = ({ id, vpcId, tags }: ObservedSecurityGroup): SecurityGroup => ({ id, vpcId, name: tags['Name'] ?? '' })

const services = {
  ec2: 'EC2',
  elasticloadbalancing: 'Elastic Load Balancing',
  acm: 'ACM',
  iam: 'IAM',
  sts: 'STS',
} as const

/** Why a need has no answer, as users read it: `EC2 refused ec2:DescribeSubnets`. */
export const whyUnknown = (error: unknown): string => {
  if (!(error instanceof AwsError)) return 'the look-up failed'
  const service = services[error.service]
  const call = `${error.service}:${error.action}`
  if (error.code === 'CredentialsProviderError' || error.code === 'TokenProviderError') return 'no AWS credentials'
  if (error.remedy === 'denied') return `${service} refused ${call}`
  if (error.remedy === 'throttled') return `${service} throttled ${call}`
  if (error.remedy === 'unavailable') return `${service} gave no answer`
  return `${call} failed: ${error.code}`
}

/** The service that a need is asked of, as users read it. */
export const serviceOf = (key: NeedKey): string => {
  if (key.startsWith('load-balancer') || key === 'ssl-policies') return services.elasticloadbalancing
  if (key === 'account') return services.sts
  if (!key.startsWith('certificate')) return services.ec2
  return key.startsWith('certificate/arn:aws:iam:') ? services.iam : services.acm
}

/** Whose the load balancer with a name is; names are unique in a region and account. */
const namedLoadBalancer = async (
  aws: Aws,
  owner: Ownership,
  name: string,
  signal: AbortSignal,
): Promise<NamedLoadBalancer | undefined> => {
  const found = await findLoadBalancer(aws, name, signal)
  if (found === undefined) return undefined
  const group = found.tags[tagKeys.cluster] === owner.clusterName ? found.tags[tagKeys.stack] : undefined
  return group === undefined ? {} : { group }
}

/** Names of the security policies of application load balancers. */
const sslPolicies = async (aws: Aws, signal: AbortSignal): Promise<readonly string[]> => {
  const policies = await markerPages(
    aws,
    describeSslPolicies,
    { LoadBalancerType: 'application' },
    (output) => output.SslPolicies,
    signal,
  )
  return policies.flatMap(({ Name }) => Name ?? [])
}

const noZoneTypes: ZoneTypes = new Map()

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
