import { canonicalText } from '../../shared/names/versioned-digest.ts'
import { faultEvents, noticeEvents } from '../../controller/report.ts'
import { contributionOf, evaluate } from '../../shared/group/evaluate.ts'
import type { Evaluation, Member } from '../../shared/group/evaluation.ts'
import type { GroupRecord } from '../../shared/group/record.ts'
import type { Facts } from '../../shared/ingress/facts.ts'
import { membershipOf } from '../../shared/ingress/membership.ts'
import { nameOf, type Ingress, type Node } from '../../shared/kubernetes/objects.ts'
import { readNode } from '../../shared/kubernetes/read.ts'
import { digestOf } from '../../shared/model/digest.ts'
import type { GroupKey, Tags } from '../../shared/model/model.ts'
import type { Observed, ObservedSecurityGroup, ObservedTarget } from '../../shared/model/observed.ts'
import { groupId } from '../../shared/names/group-id.ts'
import { backendSecurityGroupName } from '../../shared/names/names.ts'
import { backendSecurityGroupTags, groupLabels, tagKeys } from '../../shared/names/tags.ts'
import { planTargets } from '../../shared/plan/bindings.ts'
import type { GroupWorld } from '../../shared/plan/context.ts'
import { planGroup } from '../../shared/plan/group.ts'
import { noEndpoints } from '../../shared/plan/pod-targets.ts'
import { planNodeRules } from '../../shared/plan/security.ts'
import type { Plan, Step } from '../../shared/plan/step.ts'
import { AwsMemory } from '../laws/world.ts'
import type { Circumstances } from './scenario.ts'
import { printStep } from './print.ts'

const nodes: readonly Node[] = ['a', 'c'].map((zone) =>
  readNode({
    metadata: { name: `node-${zone}` },
    spec: { providerID: `aws:///ap-northeast-1${zone}/i-0${zone}` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }),
)

/** The groups of a cluster over time: what AWS holds, what the records hold, and one pass after the other. */
export class Controller {
  readonly memory = new AwsMemory()
  readonly #records = new Map<GroupKey, GroupRecord>()
  readonly #targets = new Map<string, readonly ObservedTarget[]>()
  #nodeGroup: ObservedSecurityGroup = {
    id: 'sg-nodes',
    name: 'nodes',
    description: 'nodes',
    vpcId: 'vpc',
    inbound: [],
    tags: { 'kubernetes.io/cluster/demo': 'owned' },
  }

  loseRecords(): void {
    this.#records.clear()
  }

  /**
   * Evaluates and plans the group, applies the plan, and tells both, one line for each thing; what waits for healthy targets
   * or for the grace of a load balancer follows as if the time for it had passed.
   */
  pass(group: GroupKey, facts: Facts, circumstances: Circumstances): readonly string[] {
    const lines: string[] = []
    let stage: GroupWorld['replacement'] = 'built'
    for (let round = 0; round < 8; round += 1) {
      const { told, plan } = this.#round(group, facts, circumstances, stage)
      lines.push(...(round === 0 ? told : told.slice(1).filter((line) => !line.startsWith('  echoserver/'))))
      if (plan.replacement === undefined && plan.pending === undefined) return lines
      if (plan.replacement !== undefined && plan.steps.length === 0) {
        if (plan.replacement.waitsFor.length > 0) return [...lines, ...plan.replacement.waitsFor]
        stage = stage === 'built' ? 'moved' : 'go'
        lines.push(stage === 'moved' ? 'the addresses move to the new load balancer' : 'the grace is over')
      } else {
        lines.push(...(plan.pending ?? []).map((what) => `waits: ${what}`))
      }
    }
    throw new Error(`${group} does not settle`)
  }

  #round(
    group: GroupKey,
    facts: Facts,
    circumstances: Circumstances,
    replacement: GroupWorld['replacement'],
  ): { readonly told: readonly string[]; readonly plan: Plan } {
    const members = this.#membersOf(group, facts)
    const evaluation = evaluate({ key: group, members }, facts)
    const world = { ...this.#worldOf(evaluation, members, facts, circumstances), replacement }
    const unread = planGroup(world)
    const plan = unread.reads.length === 0 ? unread : planGroup({ ...world, observed: this.#observed(group) })
    const [removals, others] = [true, false].map((removal) =>
      plan.steps.filter(({ phase }) => (phase === 'remove') === removal),
    )
    const run = plan.fright === undefined ? plan.steps : (others ?? [])
    const lines = [
      `group ${group}`,
      ...standingLines(evaluation, members),
      ...unread.reads.map(({ of, arn }) => `  read   ${readText[of]} of ${this.#nameOf(arn)}`),
      ...this.#print(run),
      ...(plan.fright === undefined ? [] : [`  held   ${plan.fright}`, ...this.#print(removals ?? [])]),
      ...(plan.steps.length === 0 ? [`  nothing to write${modelText(evaluation)}`] : []),
    ]
    const names = this.#names()
    this.memory.apply(run)
    this.#remember(evaluation, plan)
    return { told: [...lines, ...this.#bindingLane(facts, names), ...this.#securityLane(facts)], plan }
  }

  #membersOf(group: GroupKey, facts: Facts): readonly Member[] {
    return facts.cluster.ingresses
      .filter((ingress) => nameOf(ingress) === group)
      .flatMap((ingress: Ingress) => {
        const { is } = membershipOf(ingress, facts.cluster, facts.flags)
        const lastGood = this.#records.get(group)?.members[group]
        return is === 'stranger'
          ? []
          : [{ name: group, ingress, role: is, ...(lastGood === undefined ? {} : { lastGood }) }]
      })
  }

  /** What carries the stack tag of the group; listeners are read. */
  #observed(group: GroupKey): Observed {
    const all = this.memory.observed()
    const isOfGroup = ({ tags }: { readonly tags: Tags }): boolean => tags[tagKeys.stack] === group
    return {
      complete: true,
      loadBalancers: all.loadBalancers.filter(isOfGroup),
      targetGroups: all.targetGroups.filter(isOfGroup),
      securityGroups: all.securityGroups.filter(isOfGroup),
    }
  }

  #worldOf(
    evaluation: Evaluation,
    members: readonly Member[],
    { flags }: Facts,
    { slowScan = false }: Circumstances,
  ): GroupWorld {
    const { model } = evaluation
    const observed = this.#observed(model.group)
    const digest = digestOf(model)
    return {
      model,
      observed: {
        ...observed,
        loadBalancers: observed.loadBalancers.map((balancer) => ({
          ...balancer,
          listeners: { is: 'unread' },
          attributes: { is: 'unread' },
        })),
        targetGroups: observed.targetGroups.map((targetGroup) => ({
          ...targetGroup,
          attributes: { is: 'unread' },
          targets: { is: 'unread' },
        })),
      },
      bindings: [...this.memory.bindings.values()].filter(({ labels }) =>
        Object.entries(groupLabels(groupId(model.group))).every(([key, value]) => labels[key] === value),
      ),
      cluster: flags.clusterName,
      vpcId: flags.vpcId,
      externalManagedTags: flags.externalManagedTags,
      backendGroup: [...this.memory.securityGroups.values()].find(isBackendGroup)?.id,
      backendGroupWanted: {
        name: backendSecurityGroupName(flags.clusterName),
        tags: { ...flags.defaultTags, ...backendSecurityGroupTags(flags.clusterName) },
      },
      trusted: digest !== undefined && this.#records.get(model.group)?.digest === digest && !slowScan,
      explained: this.#isExplained(evaluation, members),
      replacement: 'built',
      whole: false,
    }
  }

  #isExplained({ group, standings }: Evaluation, members: readonly Member[]): boolean {
    const record = this.#records.get(group)
    if (record === undefined) return false
    const now = Object.fromEntries(
      [...standings].flatMap(([name, standing]) => contributionOf(standing).map((each) => [name, each])),
    )
    return members.some(({ role }) => role === 'leaving') || canonicalText(now) !== canonicalText(record.members)
  }

  #remember({ group, standings, model }: Evaluation, { fright, pending, replacement }: Plan): void {
    const isSettled = fright === undefined && pending === undefined && replacement === undefined
    const digest = isSettled ? digestOf(model) : undefined
    const kept = [...standings].flatMap(([name, standing]) =>
      contributionOf(standing).map((contribution) => [name, contribution] as const),
    )
    const members = Object.fromEntries(kept)
    this.#records.set(group, { version: 1, members, ...(digest === undefined ? {} : { digest }) })
  }

  #bindingLane(facts: Facts, names: ReadonlyMap<string, string>): readonly string[] {
    const bindings = [...this.memory.bindings.values()]
    const gone = [...this.#targets].filter(([arn]) => !bindings.some(({ spec }) => spec.targetGroupARN === arn))
    const lines = gone.map(([arn, targets]) => {
      this.#targets.delete(arn)
      this.memory.setTargets(arn, [])
      const all = targets.map(({ id, port }) => `${id}:${port}`).join(',')
      return `  remove deregister-targets ${names.get(arn) ?? arn} ${all}`
    })
    for (const binding of bindings) {
      const arn = binding.spec.targetGroupARN
      const observed = this.#targets.get(arn) ?? []
      const service = facts.cluster.service(binding.namespace, binding.spec.serviceRef.name)
      const { steps, problems } = planTargets({ binding, service, nodes, endpoints: noEndpoints, observed })
      lines.push(...problems.map(({ reason, message }) => `  ${reason}: ${message}`), ...this.#print(steps))
      this.#targets.set(arn, afterSteps(observed, steps))
      this.memory.setTargets(arn, this.#targets.get(arn) ?? [])
    }
    return lines.length === 0 ? [] : ['targets of bindings', ...lines]
  }

  #securityLane({ cluster, flags }: Facts): readonly string[] {
    const { steps, problems } = planNodeRules({
      bindings: [...this.memory.bindings.values()],
      service: cluster.service,
      nodes,
      endpoints: noEndpoints,
      groupsOfPod: new Map(),
      groupsOfInstance: new Map(['i-0a', 'i-0c'].map((id) => [id, [this.#nodeGroup.id]])),
      observed: [this.#nodeGroup],
      clusterName: flags.clusterName,
      given: new Set(),
    })
    const lines = [...problems.map(({ reason, message }) => `  ${reason}: ${message}`), ...this.#print(steps)]
    for (const step of steps) {
      if (step.is !== 'authorize-ingress' && step.is !== 'revoke-ingress') throw new Error(`${step.is} on nodes`)
      const rules = step.rules.flatMap((rule) =>
        rule.source.is === 'made-group' ? [] : [{ ...rule, source: rule.source }],
      )
      const texts = new Set(rules.map((rule) => JSON.stringify(rule)))
      const inbound =
        step.is === 'authorize-ingress'
          ? [...this.#nodeGroup.inbound, ...rules]
          : this.#nodeGroup.inbound.filter((rule) => !texts.has(JSON.stringify(rule)))
      this.#nodeGroup = { ...this.#nodeGroup, inbound }
    }
    return lines.length === 0 ? [] : ['rules on nodes', ...lines]
  }

  #print(steps: readonly Step[]): readonly string[] {
    return steps.map((step) => `  ${printStep(step, (arn) => this.#nameOf(arn))}`)
  }

  #nameOf(arn: string): string {
    return this.#names().get(arn) ?? arn
  }

  /** Names of what is in AWS: resource ids where they are telling, and the ARN too where two have the same. */
  #names(): ReadonlyMap<string, string> {
    const { loadBalancers, targetGroups, securityGroups } = this.memory
    const listeners = [...loadBalancers.values()].flatMap((balancer) => balancer.listeners)
    const named = [
      ...[...loadBalancers.values()].map(({ arn, name }) => [arn, name] as const),
      ...[...targetGroups.values()].map(({ arn, tags, name }) => [arn, tags[tagKeys.resource] ?? name] as const),
      ...[...securityGroups.values(), this.#nodeGroup].map(({ id, name }) => [id, name] as const),
      ...listeners.map(({ arn, port }) => [arn, `listener ${port}`] as const),
      ...listeners.flatMap(({ port, rules }) =>
        rules.map(({ arn, priority }) => [arn, `rule ${port}:${priority}`] as const),
      ),
    ]
    const count = Map.groupBy(named, ([, name]) => name)
    return new Map(
      named.map(([arn, name]) => [arn, (count.get(name)?.length ?? 0) > 1 ? `${name} (${arn})` : name] as const),
    )
  }
}

const readText = {
  listeners: 'listeners and rules',
  'load-balancer-attributes': 'attributes',
  'target-group-attributes': 'attributes',
  targets: 'targets',
} as const

const isBackendGroup = ({ tags }: ObservedSecurityGroup): boolean => tags[tagKeys.clusterResource] !== undefined

const standingLines = ({ standings, findings }: Evaluation, members: readonly Member[]): readonly string[] =>
  members.flatMap((member) => {
    const standing = standings.get(member.name)
    const events = [...faultEvents(member, findings), ...noticeEvents(member, findings)]
    const kept = standing?.is === 'set-aside' && standing.lastGood !== undefined ? ', what it last brought counts' : ''
    return [
      `  ${member.name} is ${standing?.is ?? member.role}${kept}`,
      ...events.map(({ type, reason, message }) => `  event ${type} ${reason}: ${message}`),
    ]
  })

const modelText = ({ model }: Evaluation): string => (model.is === 'untouched' ? ': what is there stays as it is' : '')

const afterSteps = (before: readonly ObservedTarget[], steps: readonly Step[]): readonly ObservedTarget[] => {
  const targets = new Map(before.map((target) => [`${target.id}:${target.port}`, target]))
  for (const step of steps) {
    if (step.is === 'register-targets')
      for (const { id, port } of step.targets) targets.set(`${id}:${port}`, { id, port, state: 'healthy' })
    if (step.is === 'deregister-targets') for (const { id, port } of step.targets) targets.delete(`${id}:${port}`)
  }
  return [...targets.values()]
}
