import type { Facts } from '../../shared/ingress/facts.ts'
import type { Ingress, Node, Service } from '../../shared/kubernetes/objects.ts'
import { nameOf } from '../../shared/kubernetes/objects.ts'
import { readIngress, readNode, readService } from '../../shared/kubernetes/read.ts'
import { evaluate } from '../../shared/group/evaluate.ts'
import type { DesiredModel, GroupKey } from '../../shared/model/model.ts'
import type { ObservedLoadBalancer, ObservedSecurityGroup } from '../../shared/model/observed.ts'
import { backendSecurityGroupName } from '../../shared/names/names.ts'
import { backendSecurityGroupTags } from '../../shared/names/tags.ts'
import { certificate, facts, subnet } from '../builders.ts'
import type { LbcCase } from './case.ts'

const zones = ['a', 'c', 'd'] as const

/** Ids by symbol: public and private subnets in three zones. */
export const subnetIds: ReadonlyMap<string, string> = new Map(
  zones.flatMap((zone) => [
    [`subnet:public-${zone}`, `subnet-0${zone}`] as const,
    [`subnet:private-${zone}`, `subnet-1${zone}`] as const,
  ]),
)

/** Ids by symbol: a security group that the objects of a case name. */
export const securityGroupIds: ReadonlyMap<string, string> = new Map([['sg:extra', 'sg-0e']])

/** ARNs by symbol; they sort as those of LBC's run did, where that of `app.example.com` came before that of its wildcard. */
export const certificateArns: ReadonlyMap<string, string> = new Map(
  ['app.example.com', '*.example.com', 'shop.example.org'].map((domain, index) => [
    `cert:${domain}`,
    `arn:aws:acm:ap-northeast-1:123456789012:certificate/00000000-0000-0000-0000-00000000000${index}`,
  ]),
)

const certificates = [...certificateArns].map(([symbol, arn]) =>
  certificate({ arn, names: [symbol.slice('cert:'.length)] }),
)

/** Ids and ARNs of what an Ingress names. */
const symbols: ReadonlyMap<string, string> = new Map([...subnetIds, ...securityGroupIds, ...certificateArns])

const subnets = zones.flatMap((zone) => {
  const availabilityZone = `ap-northeast-1${zone}`
  return [
    subnet({ id: `subnet-0${zone}`, vpcId: 'vpc', availabilityZone, tags: { 'kubernetes.io/role/elb': '1' } }),
    subnet({ id: `subnet-1${zone}`, vpcId: 'vpc', availabilityZone, tags: { 'kubernetes.io/role/internal-elb': '1' } }),
  ]
})

/** One Ready node per zone; the id of its instance is `i-0a` for the symbol `node:a`. */
export const nodes: readonly Node[] = zones.map((zone) =>
  readNode({
    metadata: { name: `node-${zone}` },
    spec: { providerID: `aws:///ap-northeast-1${zone}/i-0${zone}` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }),
)

/** The group of all instances, as it was before. */
export const nodeGroup: ObservedSecurityGroup = {
  id: 'sg-nodes',
  name: 'nodes',
  description: 'nodes',
  vpcId: 'vpc',
  inbound: [],
  tags: { Name: 'nodes', 'kubernetes.io/cluster/demo': 'owned' },
}

export const groupsOfInstance: ReadonlyMap<string, readonly string[]> = new Map(
  zones.map((zone) => [`i-0${zone}`, [nodeGroup.id]]),
)

export const backendGroupWanted = { name: backendSecurityGroupName('demo'), tags: backendSecurityGroupTags('demo') }

/** The objects of a case in a cluster of their own, and what is made of them. */
export interface CaseWorld {
  readonly group: GroupKey
  readonly model: DesiredModel
  readonly services: readonly Service[]
}

/** Evaluates the Ingress of a case as the controller does, beside the load balancers that are there already. */
export const evaluateCase = (of: LbcCase, live: readonly ObservedLoadBalancer[] = []): CaseWorld => {
  const { after, facts: known, services } = ingressOf(of, live)
  const group = nameOf(after)
  const members = [{ name: group, ingress: after, role: 'present' as const }]
  const { model, findings } = evaluate({ key: group, members }, known)
  const faults = findings.filter(({ kind }) => kind === 'fault')
  if (faults.length > 0) throw new Error(`the case is at fault: ${JSON.stringify(faults)}`)
  return { group, model, services }
}

/** The one Ingress of a case, and the facts that it is judged with. */
export const ingressOf = (
  of: LbcCase,
  live: readonly ObservedLoadBalancer[] = [],
): { readonly after: Ingress; readonly facts: Facts; readonly services: readonly Service[] } => {
  const objects = of.objects.map((object) => placed(object, of.namespace))
  const services = objects.filter(({ kind }) => kind === 'Service').map(readService)
  const [after] = objects.filter(({ kind }) => kind === 'Ingress').map(readIngress)
  if (after === undefined) throw new Error('a case has one Ingress')
  const loadBalancers = live.map((balancer) => ({ ...balancer, group: nameOf(after) }))
  const securityGroups = [...securityGroupIds.values()].map((id) => ({ id, vpcId: 'vpc', name: '' }))
  return {
    after,
    services,
    facts: facts({ flags: { vpcId: 'vpc' }, services, subnets, securityGroups, certificates, loadBalancers }),
  }
}

/** The object in its namespace, with the ids of what it names, and with a UID. */
const placed = (
  { metadata, ...object }: LbcCase['objects'][number],
  namespace: string,
): { readonly kind: string; readonly metadata: unknown } => ({
  ...object,
  kind: object.kind,
  metadata: {
    ...metadata,
    annotations: Object.fromEntries(
      Object.entries(metadata.annotations ?? {}).map(([key, value]) => [
        key,
        value.replaceAll(/\$\{((?:subnet|sg|cert):[^}]+)\}/g, (_, symbol: string) => symbols.get(symbol) ?? symbol),
      ]),
    ),
    namespace,
    uid: `uid-${metadata.name}`,
  },
})
