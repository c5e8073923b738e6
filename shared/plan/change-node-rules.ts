import type { Node, TargetGroupBinding } from '../kubernetes/objects.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../model/observed.ts'
import type { ServiceOf } from './change.ts'
import { nodeTargets } from './node-targets.ts'
import { noEndpoints } from './pod-targets.ts'
import { planNodeRules } from './security.ts'
import type { IngressRuleRef, Step } from './step.ts'

/** The bindings of the cluster at one moment of a change, with the Services as they are before or after it. */
export interface NodeRuleStage {
  readonly bindings: readonly TargetGroupBinding[]
  readonly services: 'before' | 'after'
}

/** Rules on nodes are told as rules of one security group; which groups the nodes have only EC2 knows. */
const nodesId = 'nodes'

/** What the security lane does to the rules on nodes on the way from the first stage to the last, computed from all bindings. */
export const nodeRuleSteps = (
  [first, ...stages]: readonly NodeRuleStage[],
  world: {
    readonly nodes: readonly Node[]
    readonly before: ServiceOf
    readonly after: ServiceOf
    readonly cluster: string
  },
): readonly Step[] => {
  const plan = ({ bindings, services }: NodeRuleStage, inbound: readonly SecurityGroupRule[]) =>
    planNodeRules({
      bindings,
      service: world[services],
      nodes: world.nodes,
      endpoints: noEndpoints,
      groupsOfPod: new Map(),
      groupsOfInstance: new Map(nodeTargets(world.nodes).instanceIds.map((id) => [id, [nodesId]])),
      observed: [nodeGroup(inbound)],
      clusterName: world.cluster,
      given: new Set([nodesId]),
    }).steps
  let inbound = first === undefined ? [] : afterSteps([], plan(first, []))
  return stages.flatMap((stage) => {
    const steps = plan(stage, inbound)
    inbound = afterSteps(inbound, steps)
    return steps
  })
}

/** The rules once the steps are run. */
const afterSteps = (inbound: readonly SecurityGroupRule[], steps: readonly Step[]): readonly SecurityGroupRule[] => {
  let rules = inbound
  for (const step of steps) {
    if (step.is === 'authorize-ingress') rules = [...rules, ...step.rules.filter(isKnown)]
    if (step.is !== 'revoke-ingress') continue
    const gone = new Set(step.rules.map((rule) => JSON.stringify(rule)))
    rules = rules.filter((rule) => !gone.has(JSON.stringify(rule)))
  }
  return rules
}

const isKnown = (rule: IngressRuleRef): rule is SecurityGroupRule => rule.source.is !== 'made-group'

const nodeGroup = (inbound: readonly SecurityGroupRule[]): ObservedSecurityGroup => ({
  id: nodesId,
  name: nodesId,
  description: '',
  vpcId: '',
  inbound,
  tags: {},
})
