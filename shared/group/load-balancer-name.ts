import { setAnnotations } from '../annotation/marker.ts'
import { settle } from '../annotation/settle.ts'
import { valueOf } from '../annotation/setting.ts'
import { loadBalancerName, loadBalancerNameFeature } from '../features/load-balancer-name.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import { classOf } from '../ingress/class.ts'
import { type Facts, factOf, type LiveLoadBalancer, type NamedLoadBalancer, type Need } from '../ingress/facts.ts'
import { type Ingress, nameOf } from '../kubernetes/objects.ts'
import type { GroupKey } from '../model/model.ts'
import { quote } from '../text/quote.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'
import { notChecked, onSetting } from './on-setting.ts'
import { schemeOf } from './scheme.ts'

/** A name that is wanted, held against the other Ingresses of the cluster, the load balancers of the region, and our own. */
export const judgeLoadBalancerName = (
  group: GroupKey,
  member: Member,
  { values }: Assessment,
  facts: Facts,
): { readonly findings: readonly Finding[]; readonly needs: readonly Need[] } => {
  const wanted = valueOf(values, loadBalancerName)
  if (wanted === undefined) return { findings: [], needs: [] }
  const need: Need = { is: 'load-balancer-name', name: wanted }
  const named = factOf<NamedLoadBalancer>(facts, need)
  const other = facts.cluster.ingresses.find((ingress) => isBefore(ingress, member) && wants(ingress, wanted, facts))
  const findings = [
    ...(other === undefined ? [] : [takenBy(other, member, values)]),
    ...(named.is === 'unknown' ? [notChecked(member.ingress, values, loadBalancerName, named.why)] : []),
    ...(named.is === 'present' && named.value.group !== group ? [inUse(member, values)] : []),
    ...held(group, wanted, member, values, facts),
    ...kept(group, wanted, member, values, facts),
  ]
  return { findings, needs: [need] }
}

/** Whether an Ingress was there first. One that is being written comes after all others. */
const isBefore = (other: Ingress, { name, ingress, role }: Member): boolean => {
  if (nameOf(other) === name || other.deletionTimestamp !== undefined) return false
  if (role === 'candidate') return true
  return `${other.creationTimestamp} ${nameOf(other)}` < `${ingress.creationTimestamp} ${name}`
}

const wants = (ingress: Ingress, name: string, { cluster, flags }: Facts): boolean => {
  const annotations = setAnnotations(ingress)
  if (!Object.values(annotations).includes(name) || classOf(ingress, cluster, flags).is !== 'ours') return false
  const source = { is: 'ingress', object: ingressRef(ingress), annotations } as const
  const { values } = settle([loadBalancerNameFeature], [source], flags, nameOf(ingress))
  return valueOf(values, loadBalancerName) === name
}

/** Of another namespace no more is told than that it is there. */
const takenBy = (other: Ingress, { ingress }: Member, values: Assessment['values']): Finding =>
  onSetting(ingress, values, loadBalancerName, {
    code: 'LoadBalancerNameTaken',
    kind: 'fault',
    ...shown(values),
    message:
      other.namespace === ingress.namespace
        ? `Ingress ${nameOf(other)} has this name for its load balancer`
        : 'an Ingress of another namespace has this name for its load balancer',
    fix: 'write another name, or remove the key',
    needs: 'cluster',
  })

const inUse = ({ ingress }: Member, values: Assessment['values']): Finding =>
  onSetting(ingress, values, loadBalancerName, {
    code: 'LoadBalancerNameInUse',
    kind: 'fault',
    ...shown(values),
    message: 'another load balancer of the region has this name',
    fix: 'write another name, or remove the key',
    needs: 'aws',
  })

/** The load balancers of the group; none while nobody knows. */
const liveOf = (group: GroupKey, facts: Facts): readonly LiveLoadBalancer[] => {
  const fact = factOf<readonly LiveLoadBalancer[]>(facts, { is: 'load-balancers' })
  return fact.is === 'present' ? fact.value.filter((balancer) => balancer.group === group) : []
}

/** The load balancer that another of another scheme replaces keeps its name, and two of one name cannot be. */
const held = (
  group: GroupKey,
  wanted: string,
  member: Member,
  values: Assessment['values'],
  facts: Facts,
): readonly Finding[] => {
  const live = liveOf(group, facts)
  const holder = live.find(({ name }) => name === wanted)
  const scheme = schemeOf(member, values, { is: 'present', value: live }, facts)
  if (holder === undefined || scheme === undefined || live.some((balancer) => balancer.scheme === scheme)) return []
  return [
    onSetting(member.ingress, values, loadBalancerName, {
      code: 'LoadBalancerNameHeld',
      kind: 'fault',
      ...shown(values),
      message: `the ${holder.scheme} load balancer keeps this name until the ${scheme} one has taken over`,
      fix: 'write another name with the new scheme, or remove the key',
      needs: 'aws',
    }),
  ]
}

const kept = (
  group: GroupKey,
  wanted: string,
  member: Member,
  values: Assessment['values'],
  facts: Facts,
): readonly Finding[] => {
  const live = liveOf(group, facts)
  const [first] = live
  if (first === undefined || live.some(({ name }) => name === wanted)) return []
  const scheme = schemeOf(member, values, { is: 'present', value: live }, facts)
  // One that takes over has the name from the start.
  if (!live.some((balancer) => balancer.scheme === scheme)) return []
  const message = `the load balancer keeps its name ${first.name} until another takes its place`
  const warning = `${loadBalancerName.key}: ${message}`
  return [
    onSetting(member.ingress, values, loadBalancerName, {
      code: 'LoadBalancerNameKept',
      kind: 'notice',
      ...shown(values),
      message,
      warning,
      needs: 'aws',
    }),
  ]
}

const shown = (values: Assessment['values']): { readonly value?: string } => {
  const name = valueOf(values, loadBalancerName)
  return name === undefined ? {} : { value: quote(name) }
}
