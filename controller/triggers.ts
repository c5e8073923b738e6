import { clusterView } from '../shared/cluster/caches.ts'
import type { ControllerCaches } from '../shared/cluster/caches.ts'
import type { Flags } from '../shared/ingress/flags.ts'
import { holdsFinalizer, membershipOf } from '../shared/ingress/membership.ts'
import { nameOf } from '../shared/kubernetes/objects.ts'
import type { Ingress, Node, Pod, TargetGroupBinding } from '../shared/kubernetes/objects.ts'
import type { GroupKey } from '../shared/model/model.ts'
import { groupOfBinding } from '../shared/plan/binding-owner.ts'
import { groupOfRecord, pausedAnnotation } from './records.ts'

/** Whom a change wakes. */
export interface Wakes {
  readonly group: (group: GroupKey) => void
  readonly binding: (key: string) => void
  readonly security: () => void
}

/**
 * | change of | wakes |
 * |---|---|
 * | Ingress | its group, before and after; the security lane when it no longer holds a finalizer |
 * | Service | groups whose Ingresses name it, bindings that refer to it |
 * | IngressClass | groups of the Ingresses that name it, or none |
 * | Node | all bindings and the rules on nodes |
 * | EndpointSlice | bindings with targets by IP that refer to its Service, and the rules on Pods |
 * | Pod | the same for the Services whose slices hold it |
 * | TargetGroupBinding | itself, the rules on nodes, and its group when somebody else changed or removed it |
 * | record | its group when the pause is lifted or the record is gone |
 */
export const wakeOnChanges = (caches: ControllerCaches, flags: Flags, wakes: Wakes): void => {
  const wakeIngress = (ingress: Ingress): void => {
    const { is, group } = membershipOf(ingress, clusterView(caches), flags)
    if (is !== 'stranger') wakes.group(group)
  }
  caches.ingresses.onChange(({ before, after }) => {
    if (before !== undefined) wakeIngress(before)
    if (after !== undefined) wakeIngress(after)
    const held = before !== undefined && holdsFinalizer(before)
    if (held && (after === undefined || !holdsFinalizer(after))) wakes.security()
  })
  caches.services.onChange(({ before, after }) => {
    const service = after ?? before
    if (service === undefined) return
    for (const ingress of caches.ingresses.list()) {
      if (ingress.namespace === service.namespace && servicesOf(ingress).has(service.name)) wakeIngress(ingress)
    }
    for (const binding of caches.bindings.list()) {
      if (binding.namespace === service.namespace && binding.spec.serviceRef.name === service.name) {
        wakes.binding(nameOf(binding))
      }
    }
  })
  caches.ingressClasses.onChange(({ before, after }) => {
    const name = (after ?? before)?.name
    for (const ingress of caches.ingresses.list()) {
      if (ingress.spec.ingressClassName === undefined || ingress.spec.ingressClassName === name) wakeIngress(ingress)
    }
  })
  caches.nodes.onChange(({ before, after }) => {
    if (before !== undefined && after !== undefined && placeOf(before) === placeOf(after)) return
    for (const binding of caches.bindings.list()) wakes.binding(nameOf(binding))
    wakes.security()
  })
  const wakeService = (namespace: string, service: string): void => {
    for (const binding of caches.bindings.list()) {
      const { serviceRef, targetType } = binding.spec
      if (targetType !== 'ip' || binding.namespace !== namespace || serviceRef.name !== service) continue
      wakes.binding(nameOf(binding))
      wakes.security()
    }
  }
  caches.endpointSlices.onChange(({ before, after }) => {
    for (const { namespace, service } of [before, after].filter((slice) => slice !== undefined))
      wakeService(namespace, service)
  })
  caches.pods.onChange(({ before, after }) => {
    if (before !== undefined && after !== undefined && partOf(before) === partOf(after)) return
    const pod = after ?? before
    if (pod === undefined || !caches.bindings.list().some(({ spec }) => spec.targetType === 'ip')) return
    const services = caches.endpointSlices
      .list()
      .filter(
        ({ namespace, endpoints }) => namespace === pod.namespace && endpoints.some((one) => one.pod === pod.name),
      )
      .map(({ service }) => service)
    for (const service of new Set(services)) wakeService(pod.namespace, service)
  })
  caches.bindings.onChange(({ before, after }) => {
    const binding = after ?? before
    if (binding === undefined) return
    wakes.binding(nameOf(binding))
    if (before !== undefined && after !== undefined && shapeOf(before) === shapeOf(after)) return
    wakes.security()
    const group = groupOfBinding(binding)
    if (before !== undefined && group !== undefined && caches.ingresses.get(group) !== undefined) wakes.group(group)
  })
  caches.records.onChange(({ before, after }) => {
    if (before === undefined) return
    const group = groupOfRecord(before)
    if (group === undefined || caches.ingresses.get(group) === undefined) return
    if (after?.annotations[pausedAnnotation] !== before.annotations[pausedAnnotation] || after === undefined) {
      wakes.group(group)
    }
  })
}

/** The groups of all Ingresses that have one, for the first pass over everything and for each resync. */
export const allGroups = (caches: ControllerCaches, flags: Flags): readonly GroupKey[] => {
  const view = clusterView(caches)
  const groups = caches.ingresses.list().flatMap((ingress) => {
    const { is, group } = membershipOf(ingress, view, flags)
    return is === 'stranger' ? [] : [group]
  })
  return [...new Set(groups)].toSorted()
}

const servicesOf = ({ spec }: Ingress): ReadonlySet<string> => {
  const backends = [
    ...(spec.defaultBackend === undefined ? [] : [spec.defaultBackend]),
    ...spec.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend)),
  ]
  return new Set(backends.flatMap((backend) => (backend.is === 'service' ? [backend.name] : [])))
}

/** What decides whether a node is a target; its heartbeats change nothing of it. */
const placeOf = ({ providerId, ready, taints, labels }: Node): string =>
  JSON.stringify([
    providerId,
    ready,
    taints,
    Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ])

/** What decides whether a Pod is a target, which group it has and whom it waits for. */
const partOf = ({
  uid,
  interfaces,
  nodeName,
  namedPorts,
  readinessGates,
  conditions,
  deletionTimestamp,
}: Pod): string =>
  JSON.stringify([uid, interfaces, nodeName, namedPorts, readinessGates, conditions, deletionTimestamp])

const shapeOf = ({ generation, labels, deletionTimestamp }: TargetGroupBinding): string =>
  JSON.stringify([generation, labels, deletionTimestamp])
