import { setAnnotations } from '../annotation/marker.ts'
import type { Source } from '../annotation/settle.ts'
import { settle } from '../annotation/settle.ts'
import { type AnySetting, valueOf } from '../annotation/setting.ts'
import { backendProtocol, backendProtocolVersion, backendsAlone, targetType } from '../features/backends.ts'
import {
  healthCheck,
  interval,
  ownCodesProblem,
  port,
  successCodes,
  timeout,
  timeoutProblem,
} from '../features/health-check.ts'
import { backendFeatures, withoutBackendRules } from '../features/index.ts'
import { tags } from '../features/tags.ts'
import { unreadKeys } from '../features/unread-keys.ts'
import type { Code } from '../findings/codes.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import { classOf } from '../ingress/class.ts'
import type { Facts } from '../ingress/facts.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress, IngressBackend, Service } from '../kubernetes/objects.ts'
import { annotationPath, prefix } from '../names/annotation-keys.ts'
import { quote } from '../text/quote.ts'
import { hasIpv6Targets } from './address-family.ts'
import { portText } from './backend.ts'
import { assess } from './contribute.ts'
import { findServicePort } from './service-port.ts'

/**
 * Judges a Service that carries our keys or whose ports or type change. Its annotations are judged as on an Ingress;
 * changes of its spec bring notices only.
 */
export const judgeService = (before: Service | undefined, after: Service, facts: Facts): readonly Finding[] => {
  const own = ownFindings(after, facts)
  const isTold = ({ code, path }: Finding): boolean => own.some((told) => told.code === code && told.path === path)
  return [
    ...own,
    ...usersOf(after, facts).flatMap((ingress) => [
      ...brokenIngress(ingress, before, after, facts).filter((finding) => !isTold(finding)),
      ...(before === undefined ? [] : lostTargets(ingress, before, after, facts)),
      ...(before === undefined ? [] : replacedTargetGroups(ingress, before, after, facts)),
    ]),
  ]
}

const sourceOf = (service: Service): Source => ({
  is: 'service',
  object: refOf(service),
  annotations: service.annotations,
})

const ownFindings = (service: Service, facts: Facts): readonly Finding[] => {
  const member = nameOf(service)
  const { object, annotations } = sourceOf(service)
  return [
    ...unreadKeys({ member, object, annotations }, facts.flags),
    ...settle(withoutBackendRules(backendFeatures), [sourceOf(service)], facts.flags, member).findings,
    ...(writesBothSeconds(service) ? brokenTimeout(service, [], facts) : []),
    ...brokenCodes(service, facts),
  ]
}

/** Success codes of another protocol version, where both are the Service's, so that no Ingress has a say. */
const brokenCodes = (service: Service, { flags }: Facts): readonly Finding[] => {
  if (!writes(service, backendProtocolVersion)) return []
  const { values } = settle([backendsAlone, { ...healthCheck, check: () => [] }], [sourceOf(service)], flags, '')
  const settled = values.get(successCodes)
  const problem = ownCodesProblem(values)
  if (problem === undefined || !settled.ok || settled.origin === undefined) return []
  const { key } = settled.origin
  return [
    {
      ...problem,
      kind: 'fault',
      member: nameOf(service),
      origin: settled.origin,
      path: annotationPath(key),
      anchor: key,
      value: quote(service.annotations[key] ?? ''),
      needs: 'object',
      tenancy: false,
    },
  ]
}

const writes = ({ annotations }: Service, { key }: AnySetting): boolean =>
  (annotations[prefix + key] ?? '').trim() !== ''

/** Whether timeout and interval are both the Service's, so that no Ingress has a say. */
const writesBothSeconds = (service: Service): boolean => writes(service, timeout) && writes(service, interval)

const refOf = (service: Service) => ({ kind: 'Service', namespace: service.namespace, name: service.name }) as const

const backendsOf = ({ spec }: Ingress): readonly IngressBackend[] => [
  ...spec.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend)),
  ...(spec.defaultBackend === undefined ? [] : [spec.defaultBackend]),
]

/** Ingresses of ours that name the Service. */
export const usersOf = (service: Service, facts: Facts): readonly Ingress[] =>
  facts.cluster.ingresses.filter(
    (ingress) =>
      ingress.namespace === service.namespace &&
      backendsOf(ingress).some((backend) => backend.is === 'service' && backend.name === service.name) &&
      classOf(ingress, facts.cluster, facts.flags).is === 'ours',
  )

/** Keys of which a Service's value may break a rule with what an Ingress says, by the code of the rule. */
const overrides = {
  TimeoutNotBelowInterval: [timeout.key, interval.key],
  HealthCheckPortNotFound: [port.key],
  ProtocolVersionNeedsHttps: [backendProtocolVersion.key],
  SuccessCodesRange: [successCodes.key, backendProtocolVersion.key],
  TagsTooMany: [tags.key],
} as const

/** An override that breaks a rule between a value of the Service and one of an Ingress; a notice where `spec` alone changed. */
const brokenIngress = (
  ingress: Ingress,
  before: Service | undefined,
  after: Service,
  facts: Facts,
): readonly Finding[] => {
  const old = new Set((before === undefined ? [] : brokenRules(ingress, before, facts)).map(({ message }) => message))
  const isWritten = (key: string): boolean => after.annotations[key] !== before?.annotations[key]
  return brokenRules(ingress, after, facts)
    .filter(({ message }) => !old.has(message))
    .map((finding) => ({
      ...finding,
      kind: overrides[finding.code].some((key) => isWritten(prefix + key)) ? 'fault' : 'notice',
      message: `${finding.message} for Ingress ${nameOf(ingress)}`,
    }))
}

const isOverride = (code: Code): code is keyof typeof overrides => Object.hasOwn(overrides, code)

type BrokenRule = Finding & { readonly code: keyof typeof overrides }

const brokenRules = (ingress: Ingress, service: Service, facts: Facts): readonly BrokenRule[] => [
  ...(writesBothSeconds(service)
    ? []
    : brokenTimeout(
        service,
        [{ is: 'ingress', object: ingressRef(ingress), annotations: setAnnotations(ingress) }],
        facts,
      )),
  ...assess(ingress, withService(facts, service)).findings.flatMap((finding): readonly BrokenRule[] => {
    const { code, origin, message } = finding
    if (!isOverride(code) || code === 'TimeoutNotBelowInterval') return []
    if (origin.source !== 'service' || origin.object.name !== service.name) return []
    // Behind a backend a message names the annotation first; here it stands on that annotation.
    const own = {
      path: annotationPath(origin.key),
      anchor: origin.key,
      message: message.replace(/^annotation [^:]*: /, ''),
    }
    return [{ ...finding, code, ...own, member: nameOf(service) }]
  }),
]

/** A timeout that is not below the interval, where the Service writes one of the two; `others` may hold the other. */
const brokenTimeout = (service: Service, others: readonly Source[], { flags }: Facts): readonly BrokenRule[] => {
  const blamed = [timeout, interval].find((seconds) => writes(service, seconds))
  if (blamed === undefined) return []
  const sources = [sourceOf(service), ...others]
  const { values } = settle(withoutBackendRules([healthCheck]), sources, flags, nameOf(service))
  if (!values.get(timeout).ok || !values.get(interval).ok) return []
  const problem = timeoutProblem(values, blamed)
  if (problem === undefined) return []
  const key = prefix + blamed.key
  return [
    {
      ...problem,
      kind: 'fault',
      member: nameOf(service),
      origin: { source: 'service', object: refOf(service), key },
      path: annotationPath(key),
      anchor: key,
      value: quote(service.annotations[key] ?? ''),
      needs: 'cluster',
      tenancy: false,
    },
  ]
}

const withService = (facts: Facts, service: Service): Facts => ({
  ...facts,
  cluster: {
    ...facts.cluster,
    service: (namespace, name) =>
      namespace === service.namespace && name === service.name ? service : facts.cluster.service(namespace, name),
  },
})

/** Ports that the Ingress uses and at which targets are reached before the change and not after it. */
const lostTargets = (ingress: Ingress, before: Service, after: Service, facts: Facts): readonly Finding[] => {
  const sources: readonly Source[] = [
    sourceOf(after),
    { is: 'ingress', object: ingressRef(ingress), annotations: setAnnotations(ingress) },
  ]
  const { values } = settle(withoutBackendRules(backendFeatures), sources, facts.flags, nameOf(ingress))
  const isIp = valueOf(values, targetType) === 'ip'
  const lost = backendsOf(ingress).flatMap((backend) => {
    if (backend.is !== 'service' || backend.name !== after.name) return []
    const had = findServicePort(before, backend.port)
    const has = findServicePort(after, backend.port)
    if (isIp ? had === undefined || has !== undefined : !had?.nodePort || has?.nodePort) return []
    return [{ port: portText(backend.port), removed: has === undefined }]
  })
  const untyped = !isIp && after.type !== 'NodePort' && after.type !== 'LoadBalancer'
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

/** Annotations whose change makes a new target group for an Ingress that uses the Service. */
const replacedTargetGroups = (
  ingress: Ingress,
  before: Service,
  after: Service,
  { flags }: Facts,
): readonly Finding[] => {
  const valuesWith = (service: Service) => {
    const source: Source = { is: 'ingress', object: ingressRef(ingress), annotations: setAnnotations(ingress) }
    return settle([backendsAlone], [sourceOf(service), source], flags, nameOf(service)).values
  }
  const [old, now] = [valuesWith(before), valuesWith(after)]
  const family = hasIpv6Targets(after) ? 'IPv6' : 'IPv4'
  const warningOfFamily = `targets get ${family} addresses: new target group for Ingress ${nameOf(ingress)}`
  const ofFamily: readonly Finding[] =
    hasIpv6Targets(before) === hasIpv6Targets(after)
      ? []
      : [{ ...notice(after, 'spec.ipFamilies', warningOfFamily), code: 'TargetGroupReplaced' }]
  const ofKeys = [targetType, backendProtocol, backendProtocolVersion].flatMap((definition): readonly Finding[] => {
    const [from, to] = [valueOf<string>(old, definition), valueOf<string>(now, definition)]
    if (from === undefined || to === undefined || from === to) return []
    const warning = `${definition.key} ${from} -> ${to}: new target group for Ingress ${nameOf(ingress)}`
    return [{ ...notice(after, annotationPath(prefix + definition.key), warning), code: 'TargetGroupReplaced' }]
  })
  return [...ofKeys, ...ofFamily]
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
