import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Facts } from '../ingress/facts.ts'
import { nodeTargets } from '../plan/node-targets.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'

/** As many names as a warning has room for. */
const maximumNames = 3

const path = 'spec.rules'

/** What is to be told of the nodes that the instance targets of an Ingress are made of. */
export const nodeFindings = (
  { ingress, name }: Member,
  { contribution }: Assessment,
  facts: Facts,
): readonly Finding[] => {
  const groups = (contribution?.backends ?? []).filter(({ targetType }) => targetType === 'instance').length
  if (groups === 0) return []
  const { instanceIds, withoutInstance } = nodeTargets(facts.cluster.nodes)
  const notice = (code: 'NodeWithoutInstance' | 'TargetsManyUsed', value: string, message: string): Finding =>
    onSpec(ingress, path, { code, kind: 'notice', anchor: path, value, message, warning: message, needs: 'cluster' })
  const targetsLimit = facts.flags.quotas['targets-per-alb']
  const used = instanceIds.length * groups
  const targets =
    used > targetsLimit
      ? `${used} targets, a load balancer takes ${targetsLimit}`
      : `${used} of ${targetsLimit} targets used`
  return [
    ...(withoutInstance.length === 0
      ? []
      : [notice('NodeWithoutInstance', namesOf(withoutInstance), withoutInstanceText(withoutInstance))]),
    ...(used * 5 < targetsLimit * 4 ? [] : [notice('TargetsManyUsed', String(used), `group ${name}: ${targets}`)]),
  ]
}

const withoutInstanceText = (names: readonly string[]): string =>
  names.length === 1
    ? `node ${namesOf(names)} is no EC2 instance by its providerID, so it gets no requests`
    : `${names.length} nodes are no EC2 instances by their providerID, so they get no requests: ${namesOf(names)}`

const namesOf = (names: readonly string[]): string =>
  names.slice(0, maximumNames).join(', ') + (names.length > maximumNames ? ', ...' : '')
