import type { Fact, Facts, VpcRoutes } from '../../shared/ingress/facts.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { AwsMemory } from '../laws/world.ts'
import { facts, subnet } from '../builders.ts'
import { apply } from './admission.ts'
import { amend } from './amend.ts'
import { type Stored, viewOf } from './cluster.ts'
import { Controller } from './controller.ts'
import type { Circumstances, Manifest, Scenario } from './scenario.ts'

/** What both processes say. */
export interface Played {
  /** `admission.txt`: what kubectl prints, and the defaults that were written. */
  readonly admission: string
  /** `plan.txt`: the writes of the controller, for the objects as they are without a webhook in the way. */
  readonly plan: string
  /** What a second pass over the same objects would write. */
  readonly again: readonly string[]
}

/** Builds what was before, lets others do what they did, applies the objects, and runs one pass of the controller. */
export const play = ({ before, now, circumstances }: Scenario): Played => {
  const controller = new Controller()
  const absent = absentSubnets([...before, ...now])
  const factsFor =
    (of: Circumstances) =>
    (stored: ReadonlyMap<string, Stored>): Facts =>
      factsOf(stored, controller.memory, of, absent)
  const { flags, flagsBefore = flags, subnets, securityGroups, publicSubnets } = circumstances
  // The objects of before were built with an EC2 that answered.
  const then: Circumstances = {
    ...(flagsBefore === undefined ? {} : { flags: flagsBefore }),
    ...(subnets === undefined || subnets === 'unknown' ? {} : { subnets }),
    ...(securityGroups === undefined ? {} : { securityGroups }),
    ...(publicSubnets === undefined ? {} : { publicSubnets }),
  }
  const earlier = apply(before, new Map(), factsFor(then)).stored
  const groups = groupsOf(before, now)
  if (before.length > 0) {
    for (const group of groups) controller.pass(group, factsFor(then)(earlier), then)
    for (const amendment of circumstances.amendments ?? []) amend(controller.memory, amendment)
    if (circumstances.record === 'lost') controller.loseRecords()
  }
  const later = apply(now, earlier, factsFor(circumstances))
  const pass = (under: Circumstances): readonly string[] =>
    groups.flatMap((group) => controller.pass(group, factsFor(under)(later.stored), under))
  const plan = `${pass(circumstances).join('\n')}\n`
  return { admission: later.text, plan, again: pass({ ...circumstances, slowScan: false }) }
}

/** The groups of all Ingresses, as each is one of its own. */
const groupsOf = (...lists: readonly Scenario['now'][]): readonly string[] =>
  [
    ...new Set(
      lists
        .flat()
        .filter(({ kind }) => kind === 'Ingress')
        .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
    ),
  ].toSorted()

const factsOf = (
  stored: ReadonlyMap<string, Stored>,
  memory: AwsMemory,
  { flags = {}, subnets, securityGroups = [], publicSubnets }: Circumstances,
  absent: ReturnType<typeof absentSubnets>,
): Facts => {
  const loadBalancers = [...memory.loadBalancers.values()].flatMap(({ tags, name, scheme, subnetIds }) => {
    const group = tags[tagKeys.stack]
    return group === undefined ? [] : [{ group, name, scheme, subnetIds }]
  })
  const given = subnets === undefined || subnets === 'unknown' ? subnets : subnets.map(subnet)
  const groups = securityGroups.map((group) => ({ ...group, vpcId: 'vpc-0a1b' }))
  const known = facts({
    flags,
    loadBalancers,
    securityGroups: groups,
    ...(given === undefined ? {} : { subnets: given }),
    ...(publicSubnets === undefined ? {} : { routes: routesOf(publicSubnets) }),
  })
  const answers = given === 'unknown' ? known.aws : new Map([...absent, ...known.aws])
  return { ...known, cluster: viewOf(stored), aws: answers }
}

const routesOf = (publicSubnets: readonly string[]): VpcRoutes => ({
  mainIsPublic: false,
  subnets: Object.fromEntries(publicSubnets.map((id) => [id, true])),
})

/** EC2 answers to every id that somebody wrote: a subnet that is not there is absent. */
const absentSubnets = (manifests: readonly Manifest[]): readonly (readonly [string, Fact<unknown>])[] =>
  manifests
    .flatMap(({ metadata }) => JSON.stringify(metadata.annotations ?? {}).match(/subnet-[0-9a-f]+/g) ?? [])
    .map((id) => [`subnet/${id}`, { is: 'absent' }] as const)
