import { annotationPath } from '../names/annotation-keys.ts'
import { settle } from '../annotation/settle.ts'
import type { Feature } from '../annotation/setting.ts'
import { healthCheck } from '../features/health-check.ts'
import { backendFeatures } from '../features/index.ts'
import { unreadKeys } from '../features/unread-keys.ts'
import type { Finding } from '../findings/finding.ts'
import { classOf } from '../ingress/class.ts'
import type { Facts } from '../ingress/facts.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress, IngressBackend, Service } from '../kubernetes/objects.ts'
import { portText } from './backend.ts'
import { assess } from './contribute.ts'
import { findServicePort } from './service-port.ts'

/**
 * Judges a Service that carries our keys or whose ports or type change. Its annotations are judged as on an Ingress;
 * changes of its spec bring notices only.
 */
export const judgeService = (before: Service | undefined, after: Service, facts: Facts): readonly Finding[] => [
  ...ownFindings(after, facts),
  ...usersOf(after, facts).flatMap((ingress) => [
    ...brokenIngress(ingress, before, after, facts),
    ...(before === undefined ? [] : lostTargets(ingress, before, after)),
  ]),
]

/** Values alone; what depends on an Ingress' values too is asked with that Ingress. */
const valueFeatures: readonly Feature[] = backendFeatures.map((feature) =>
  feature === healthCheck ? { name: feature.name, settings: feature.settings } : feature,
)

const ownFindings = (service: Service, facts: Facts): readonly Finding[] => {
  const object = refOf(service)
  const source = { is: 'service', object, annotations: service.annotations } as const
  const member = nameOf(service)
  return [
    ...unreadKeys({ member, object, annotations: service.annotations }, facts.flags),
    ...settle(valueFeatures, [source], facts.flags, member).findings,
  ]
}

const refOf = (service: Service) => ({ kind: 'Service', namespace: service.namespace, name: service.name }) as const

const backendsOf = ({ spec }: Ingress): readonly IngressBackend[] => [
  ...spec.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend)),
  ...(spec.defaultBackend === undefined ? [] : [spec.defaultBackend]),
]

/** Ingresses of ours that name the Service. */
const usersOf = (service: Service, facts: Facts): readonly Ingress[] =>
  facts.cluster.ingresses.filter(
    (ingress) =>
      ingress.namespace === service.namespace &&
      backendsOf(ingress).some((backend) => backend.is === 'service' && backend.name === service.name) &&
      classOf(ingress, facts.cluster, facts.flags).is === 'ours',
  )

/** An override that breaks a rule between a value of the Service and one of an Ingress. */
const brokenIngress = (
  ingress: Ingress,
  before: Service | undefined,
  after: Service,
  facts: Facts,
): readonly Finding[] => {
  const broken = (service: Service | undefined): readonly Finding[] =>
    assess(ingress, withService(facts, after, service)).findings.filter(
      ({ code, kind, origin }) =>
        code === 'TimeoutNotBelowInterval' &&
        kind === 'fault' &&
        origin.source === 'service' &&
        origin.object.name === after.name,
    )
  const old = new Set(broken(before).map(({ message }) => message))
  return broken(after)
    .filter(({ message }) => !old.has(message))
    .slice(0, 1)
    .map((finding) => ({
      ...finding,
      member: nameOf(after),
      path: annotationPath(finding.origin.key),
      anchor: finding.origin.key,
      message: `${finding.message.slice(finding.message.indexOf(': ') + 2)} for Ingress ${nameOf(ingress)}`,
    }))
}

const withService = (facts: Facts, replaced: Service, service: Service | undefined): Facts => ({
  ...facts,
  cluster: {
    ...facts.cluster,
    service: (namespace, name) =>
      namespace === replaced.namespace && name === replaced.name ? service : facts.cluster.service(namespace, name),
  },
})

/** Ports that the Ingress uses and that have a node port before the change and none after it. */
const lostTargets = (ingress: Ingress, before: Service, after: Service): readonly Finding[] => {
  const lost = backendsOf(ingress).flatMap((backend) => {
    if (backend.is !== 'service' || backend.name !== after.name) return []
    const had = findServicePort(before, backend.port)
    const has = findServicePort(after, backend.port)
    if (had?.nodePort === undefined || (has?.nodePort !== undefined && has.nodePort > 0)) return []
    return [{ port: portText(backend.port), removed: has === undefined }]
  })
  const untyped = after.type !== 'NodePort' && after.type !== 'LoadBalancer'
  if (untyped && lost.length > 0)
    return [
      notice(
        after,
        'spec.type',
        `type ${after.type}: Ingress ${nameOf(ingress)} uses instance targets and loses all of them`,
      ),
    ]
  const ports = [
    ...new Set(lost.map(({ port, removed }) => `port ${port} ${removed ? 'removed' : 'without node port'}`)),
  ]
  return ports.map((port) => notice(after, 'spec.ports', `${port}: used by Ingress ${nameOf(ingress)}`))
}

const notice = (service: Service, path: string, warning: string): Finding => ({
  code: 'ServiceLosesTargets',
  kind: 'notice',
  member: nameOf(service),
  origin: { source: 'service', object: refOf(service), key: path },
  path,
  anchor: warning,
  message: warning,
  warning,
  needs: 'cluster',
  tenancy: false,
})
