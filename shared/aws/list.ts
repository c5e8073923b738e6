import { tagKeys } from '../names/tags.ts'
import type { ObservedLoadBalancer, ObservedSecurityGroup, ObservedTargetGroup } from '../model/observed.ts'
import type { Aws } from './client.ts'
import { describeSecurityGroups } from './ec2.ts'
import { describeLoadBalancers, describeTargetGroups } from './elastic-load-balancing.ts'
import { hasRemedy } from './errors.ts'
import type { Tags } from '../model/model.ts'
import type { Listing } from './listing.ts'
import { markerPages, tokenPages } from './pages.ts'
import { readLoadBalancer } from './read/load-balancer.ts'
import { readSecurityGroup } from './read/security-group.ts'
import { readTagsOf } from './read/tags.ts'
import { readTargetGroup } from './read/target-group.ts'

/** Whose resources are listed. */
export interface Ownership {
  readonly clusterName: string
  readonly vpcId: string
}

/** What is ours of a list, and the names of all that is in it. */
export interface Ours<T> {
  readonly ours: readonly T[]
  readonly names: readonly string[]
}

/** Application load balancers of the VPC that carry our cluster tag; 1 call per page and 1 per 20 load balancers. */
export const listLoadBalancers = async (
  aws: Aws,
  owner: Ownership,
  signal?: AbortSignal,
): Promise<Ours<ObservedLoadBalancer>> => {
  const all = await markerPages(aws, describeLoadBalancers, {}, (output) => output.LoadBalancers, signal)
  const candidates = all.filter((one) => one.Type === 'application' && one.VpcId === owner.vpcId)
  const tags = await readTagsOf(
    aws,
    arnsOf(candidates, (one) => one.LoadBalancerArn),
    signal,
  )
  const ours = candidates
    .flatMap((one) => readLoadBalancer(one, tags.get(one.LoadBalancerArn ?? '') ?? {}) ?? [])
    .filter((one) => one.tags[tagKeys.cluster] === owner.clusterName)
  return { ours, names: all.flatMap(({ LoadBalancerName }) => LoadBalancerName ?? []) }
}

/** The tags of the load balancer with a name, of whatever type; undefined when there is none. */
export const findLoadBalancer = async (
  aws: Aws,
  name: string,
  signal?: AbortSignal,
): Promise<{ readonly tags: Tags } | undefined> => {
  try {
    const output = await aws.call(describeLoadBalancers, { Names: [name] }, signal)
    const [arn] = arnsOf(output.LoadBalancers ?? [], (one) => one.LoadBalancerArn)
    return arn === undefined ? undefined : { tags: (await readTagsOf(aws, [arn], signal)).get(arn) ?? {} }
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}

/** Target groups of the VPC that carry our cluster tag; 1 call per page and 1 per 20 target groups. */
export const listTargetGroups = async (
  aws: Aws,
  owner: Ownership,
  signal?: AbortSignal,
): Promise<Ours<ObservedTargetGroup>> => {
  const all = await markerPages(aws, describeTargetGroups, {}, (output) => output.TargetGroups, signal)
  const candidates = all.filter((one) => one.VpcId === owner.vpcId)
  const tags = await readTagsOf(
    aws,
    arnsOf(candidates, (one) => one.TargetGroupArn),
    signal,
  )
  const ours = candidates
    .flatMap((one) => readTargetGroup(one, tags.get(one.TargetGroupArn ?? '') ?? {}) ?? [])
    .filter((one) => one.tags[tagKeys.cluster] === owner.clusterName)
  return { ours, names: all.flatMap(({ TargetGroupName }) => TargetGroupName ?? []) }
}

/** Security groups of the VPC that carry our cluster tag; EC2 filters by tag itself. */
export const listSecurityGroups = async (
  aws: Aws,
  owner: Ownership,
  signal?: AbortSignal,
): Promise<readonly ObservedSecurityGroup[]> =>
  describeGroups(aws, { 'vpc-id': [owner.vpcId], [`tag:${tagKeys.cluster}`]: [owner.clusterName] }, signal)

/** Security groups by EC2's filters, each with alternatives; all filters must hold. */
export const describeGroups = async (
  aws: Aws,
  filters: Readonly<Record<string, readonly string[]>>,
  signal?: AbortSignal,
): Promise<readonly ObservedSecurityGroup[]> => {
  const Filters = Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }))
  const answers = await tokenPages(aws, describeSecurityGroups, { Filters }, (output) => output.SecurityGroups, signal)
  return answers.flatMap((answer) => readSecurityGroup(answer) ?? [])
}

/** One complete listing, or an error. */
export const list = async (aws: Aws, owner: Ownership, signal?: AbortSignal): Promise<Listing> => {
  const [loadBalancers, targetGroups, securityGroups] = await Promise.all([
    listLoadBalancers(aws, owner, signal),
    listTargetGroups(aws, owner, signal),
    listSecurityGroups(aws, owner, signal),
  ])
  return {
    loadBalancers: new Map(loadBalancers.ours.map((one) => [one.arn, one])),
    targetGroups: new Map(targetGroups.ours.map((one) => [one.arn, one])),
    securityGroups: new Map(securityGroups.map((one) => [one.id, one])),
    names: { 'load-balancer': new Set(loadBalancers.names), 'target-group': new Set(targetGroups.names) },
  }
}

const arnsOf = <T>(items: readonly T[], arn: (item: T) => string | undefined): readonly string[] =>
  items.flatMap((item) => arn(item) ?? [])
