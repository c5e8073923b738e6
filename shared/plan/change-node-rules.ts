import type { Node, TargetGroupBinding } from '../kubernetes/objects.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../model/observed.ts'
import { nodeTargets } from './node-targets.ts'
import { noEndpoints } from './pod-targets.ts'
import { planNodeRules } from './security.ts'
import type { NodeRulesWorld } from './security.ts'
import type { IngressRuleRef, Step } from './step.ts'

/** All bindings of the cluster, around a change. */
export interface Bindings {
  readonly before: readonly TargetGroupBinding[]
  /** Once those that are wanted are written and before others are deleted. */
  readonly made: readonly TargetGroupBinding[]
  readonly after: readonly TargetGroupBinding[]
}

/** What rules on nodes are computed from besides the bindings. */
export interface RulesWorld {
  readonly nodes: readonly Node[]
  readonly before: NodeRulesWorld['service']
  readonly after: NodeRulesWorld['service']
  readonly cluster: string
}

/** Rules on nodes are told as rules of one security group; which groups the nodes have only EC2 knows. */
const nodesId = 'nodes'

/**
 * What the security lane does to the rules on nodes, computed from all bindings of the cluster: once when the bindings of
 * the groups are written, so that new targets can be reached, and once when others are deleted.
 */
export const nodeRuleSteps = ({ before, made, after }: Bindings, world: RulesWorld): readonly Step[] => {
  const plan = (
    bindings: readonly TargetGroupBinding[],
    service: NodeRulesWorld['service'],
    inbound: readonly SecurityGroupRule[],
  ) =>
    planNodeRules({
      bindings,
      service,
      nodes: world.nodes,
      endpoints: noEndpoints,
      groupsOfPod: new Map(),
      groupsOfInstance: new Map(nodeTargets(world.nodes).instanceIds.map((id) => [id, [nodesId]])),
      observed: [nodeGroup(inbound)],
      clusterName: world.cluster,
      given: new Set([nodesId]),
    }).steps
  const old = rulesAfter([], plan(before, world.before, []))
  const wider = plan(made, world.after, old)
  return [...wider, ...plan(after, world.after, rulesAfter(old, wider))]
}

const rulesAfter = (before: readonly SecurityGroupRule[], steps: readonly Step[]): readonly SecurityGroupRule[] =>
  steps.reduce((inbound, step) => {
    if (step.is === 'authorize-ingress') return [...inbound, ...step.rules.filter(isKnown)]
    if (step.is !== 'revoke-ingress') return inbound
    const gone = new Set(step.rules.map((rule) => JSON.stringify(rule)))
    return inbound.filter((rule) => !gone.has(JSON.stringify(rule)))
  }, before)

const isKnown = (rule: IngressRuleRef): rule is SecurityGroupRule => rule.source.is !== 'made-group'

const nodeGroup = (inbound: readonly SecurityGroupRule[]): ObservedSecurityGroup => ({
  id: nodesId,
  name: nodesId,
  description: '',
  vpcId: '',
  inbound,
  tags: {},
})
