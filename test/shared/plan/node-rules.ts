import type { ObservedSecurityGroup, SecurityGroupRule } from '../../../shared/model/observed.ts'
import { noEndpoints } from '../../../shared/plan/pod-targets.ts'
import { nodeRuleDescription, type NodeRulesWorld } from '../../../shared/plan/security.ts'
import type { Step } from '../../../shared/plan/step.ts'
import { binding, node, service } from './cluster.ts'

/** Values for the rules on nodes with good defaults: a test states only what matters to it. */

export const owned = { 'kubernetes.io/cluster/demo': 'owned' }

/** A security group with our cluster tag, unless told. */
export const group = (
  id: string,
  inbound: readonly SecurityGroupRule[] = [],
  tags: Readonly<Record<string, string>> = owned,
): ObservedSecurityGroup => ({ id, name: id, description: '', vpcId: 'vpc-0a1b', inbound, tags })

/** A rule of ours on nodes. */
export const rule = (fromPort: number, toPort: number, rest: Partial<SecurityGroupRule> = {}): SecurityGroupRule => ({
  protocol: 'tcp',
  fromPort,
  toPort,
  source: { is: 'group', groupId: 'sg-backend' },
  description: nodeRuleDescription,
  ...rest,
})

/** Two nodes behind the group `sg-nodes`, and one binding for node port 31509. */
export const world = (rest: Partial<NodeRulesWorld> = {}): NodeRulesWorld => ({
  bindings: [binding('tgb')],
  service: () => service(),
  nodes: [node('a'), node('b')],
  groupsOfInstance: new Map([
    ['i-a', ['sg-nodes']],
    ['i-b', ['sg-nodes']],
  ]),
  endpoints: noEndpoints,
  groupsOfPod: new Map(),
  observed: [group('sg-nodes')],
  clusterName: 'demo',
  given: new Set(),
  ...rest,
})

/** `authorize-ingress sg-nodes tcp 31509-31509 sg-backend` for each rule of each step. */
export const lines = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) => {
    if (step.is !== 'authorize-ingress' && step.is !== 'revoke-ingress') return [step.is]
    const id = 'arn' in step.securityGroup ? step.securityGroup.arn : ''
    return step.rules.map(
      ({ protocol, fromPort, toPort, source }) =>
        `${step.is} ${id} ${protocol} ${fromPort}-${toPort} ${sourceOf(source)}`,
    )
  })

/** What a rule names as its source. */
export const sourceOf = (source: { readonly is: string; readonly groupId?: string; readonly cidr?: string }): string =>
  source.groupId ?? source.cidr ?? source.is
