import { prefix } from '../names/annotation-keys.ts'
import type { Source } from '../annotation/settle.ts'
import { settle } from '../annotation/settle.ts'
import { type Values, valueOf } from '../annotation/setting.ts'
import { backendProtocol, backendProtocolVersion, targetType } from '../features/backends.ts'
import { targetGroupAttributes } from '../features/attributes/target-group.ts'
import { backendFeatures } from '../features/index.ts'
import { tagCount, tags, tagsFeature, tagsPerResource, tooManyTags } from '../features/tags.ts'
import { unreadKeys } from '../features/unread-keys.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Facts } from '../ingress/facts.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress, IngressBackend, Service, ServicePortReference } from '../kubernetes/objects.ts'
import type { BackendShare } from '../model/contribution.ts'
import type { Action } from '../model/model.ts'
import { injectionLabel } from '../names/pod-gates.ts'
import { resourceIds } from '../names/tags.ts'
import { addressFamilyFindings, hasIpv6Targets } from './address-family.ts'
import { healthCheckOf } from './health-check.ts'
import { findServicePort, portNotFound } from './service-port.ts'
import { targetPortOf } from './target-port.ts'

/** A backend of `spec` with its field path (`spec.rules[0].http.paths[0].backend`). */
export interface PlacedBackend {
  readonly backend: IngressBackend
  readonly path: string
  /** Host and path, so that a finding keeps its identity when entries move. */
  readonly anchor: string
}

/** What a backend comes to: the action of its rules, the target group behind it where there is one, and findings. */
export interface ResolvedBackend {
  readonly action?: Action
  readonly share?: BackendShare
  readonly findings: readonly Finding[]
}

/** The body of the answer for a Service that is not there, as aws-load-balancer-controller gives it. */
const missingService = 'Backend service does not exist'
const missingAction = 'Backend action does not exist'

const unavailable = (messageBody: string): Action => ({
  is: 'fixed-response',
  statusCode: '503',
  contentType: 'text/plain',
  messageBody,
})

/** The Service port as the Ingress wrote it: `80`, `http`. */
export const portText = (port: ServicePortReference): string => ('number' in port ? String(port.number) : port.name)

/** Whether a backend names an annotation `actions.NAME` instead of a Service. */
export const isAction = (port: ServicePortReference): boolean => 'name' in port && port.name === 'use-annotation'

/** Resolves one backend of an Ingress; `source` is the Ingress' own annotations. */
export const resolveBackend = (
  ingress: Ingress,
  placed: PlacedBackend,
  source: Source,
  facts: Facts,
): ResolvedBackend => {
  const { backend, path, anchor } = placed
  if (backend.is === 'resource')
    return {
      findings: [
        onSpec(ingress, `${path}.resource`, {
          code: 'BackendResource',
          kind: 'fault',
          anchor,
          message: 'a load balancer forwards to Services only',
          fix: 'write backend.service with name and port',
          needs: 'object',
        }),
      ],
    }
  if (isAction(backend.port)) {
    const written = source.annotations[`${prefix}actions.${backend.name}`] ?? ''
    const missing = written.trim() === '' ? [missingActionFinding(ingress, placed, backend.name, facts)] : []
    return { action: unavailable(missingAction), findings: missing }
  }
  const service = facts.cluster.service(ingress.namespace, backend.name)
  if (service === undefined)
    return {
      action: unavailable(missingService),
      findings: [
        missingServiceFinding(ingress, placed, backend.name, backend.port, facts),
        ...settle(backendFeatures, [source], facts.flags, nameOf(ingress)).findings,
      ],
    }
  return resolveService(ingress, placed, backend.port, service, source, facts)
}

const missingActionFinding = (
  ingress: Ingress,
  { path, anchor }: PlacedBackend,
  name: string,
  { flags }: Facts,
): Finding =>
  onSpec(ingress, `${path}.service.port.name`, {
    code: 'ActionMissing',
    kind: flags.tolerateMissingAction ? 'missing' : 'fault',
    anchor: `${anchor} ${name}`,
    value: '"use-annotation"',
    message: `there is no annotation ${prefix}actions.${name}`,
    fix: 'write the port of a Service',
    warning: `backend ${name}: no annotation actions.${name}; its path answers 503`,
    needs: 'object',
  })

const missingServiceFinding = (
  ingress: Ingress,
  { path, anchor }: PlacedBackend,
  name: string,
  port: ServicePortReference,
  facts: Facts,
): Finding =>
  onSpec(ingress, `${path}.service.name`, {
    code: 'ServiceNotFound',
    kind: facts.flags.tolerateMissingService ? 'missing' : 'fault',
    anchor,
    value: JSON.stringify(name),
    message: `no such Service in namespace ${ingress.namespace}`,
    fix: 'create the Service first',
    warning: `backend ${name}:${portText(port)}: Service "${name}" does not exist yet; its path answers 503 until it does`,
    needs: 'cluster',
  })

const resolveService = (
  ingress: Ingress,
  placed: PlacedBackend,
  reference: ServicePortReference,
  service: Service,
  source: Source,
  facts: Facts,
): ResolvedBackend => {
  const { values, findings } = backendValues(ingress, placed, service, source, facts)
  const port = findServicePort(service, reference)
  const target = targetPortOf(ingress, placed, service, port, values)
  const check = target.port === undefined ? { findings: [] } : healthCheckOf(ingress, placed, service, values)
  const ingressTags = tagsOfIngress(ingress, source, facts)
  const merged = { ...ingressTags, ...valueOf(values, tags) }
  const all = [
    ...findings,
    ...(port === undefined && (service.type !== 'ExternalName' || valueOf(values, targetType) === 'ip')
      ? [portNotFound(ingress, placed, service, reference)]
      : []),
    ...target.findings,
    ...check.findings,
    ...addressFamilyFindings(ingress, placed, service, values, source, facts),
    ...tooManyMergedTags(ingress, placed, service, [ingressTags, valueOf(values, tags) ?? {}], facts),
  ]
  if (target.port === undefined || check.healthCheck === undefined) return { findings: all }
  const attributes = valueOf(values, targetGroupAttributes) ?? {}
  const resourceId = resourceIds.targetGroup({ ingress, service: service.name, servicePort: portText(reference) })
  return {
    action: { is: 'forward', targetGroup: resourceId },
    share: {
      resourceId,
      namespace: service.namespace,
      service: service.name,
      serviceUid: service.uid,
      port: 'number' in reference ? reference.number : reference.name,
      targetPort: target.port,
      targetType: valueOf(values, targetType) ?? 'instance',
      ...(hasIpv6Targets(service) ? { ipAddressType: 'ipv6' } : {}),
      protocol: valueOf(values, backendProtocol) ?? 'HTTP',
      protocolVersion: valueOf(values, backendProtocolVersion) ?? 'HTTP1',
      healthCheck: check.healthCheck,
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      tags: merged,
    },
    findings: [...all, ...readinessGateFindings(ingress, placed, service, values, facts)],
  }
}

/** Pods as targets whose namespace does not ask for readiness gates. */
const readinessGateFindings = (
  ingress: Ingress,
  { path }: PlacedBackend,
  { name }: Service,
  values: Values,
  { cluster }: Facts,
): readonly Finding[] => {
  const labels = cluster.namespaceLabels?.(ingress.namespace)
  if (labels === undefined || labels[injectionLabel.key] === injectionLabel.value) return []
  if (valueOf(values, targetType) !== 'ip') return []
  const message = 'ip targets without readiness gate; label the namespace to avoid 5xx during rollouts'
  return [
    onSpec(ingress, `${path}.service.name`, {
      code: 'ReadinessGateMissing',
      kind: 'notice',
      anchor: name,
      message,
      warning: `${name}: ${message}`,
      needs: 'cluster',
    }),
  ]
}

/** The settings of one backend: the Service's annotations before the Ingress'. */
const backendValues = (
  ingress: Ingress,
  { path }: PlacedBackend,
  service: Service,
  source: Source,
  facts: Facts,
): { readonly values: Values; readonly findings: readonly Finding[] } => {
  const hasKeys = Object.keys(service.annotations).some((key) => key.startsWith(prefix))
  if (!hasKeys) return settle(backendFeatures, [source], facts.flags, nameOf(ingress))
  const object = { kind: 'Service', namespace: service.namespace, name: service.name } as const
  const ofService: Source = { is: 'service', object, annotations: service.annotations, backendPath: path }
  const settled = settle(backendFeatures, [ofService, source], facts.flags, nameOf(ingress))
  const unread = unreadKeys(
    { member: nameOf(ingress), object, annotations: service.annotations, backendPath: path },
    facts.flags,
  ).filter(({ kind }) => kind === 'fault')
  return { values: settled.values, findings: [...settled.findings, ...unread] }
}

type TagMap = Readonly<Record<string, string>>

/** Tags merge per key, so the Ingress' own are settled without the Service's. */
const tagsOfIngress = (ingress: Ingress, source: Source, facts: Facts): TagMap =>
  valueOf(settle([tagsFeature], [source], facts.flags, nameOf(ingress)).values, tags) ?? {}

/** Tags of Ingress and Service that are too many only together, on the target group; else they are told already. */
const tooManyMergedTags = (
  ingress: Ingress,
  { path }: PlacedBackend,
  service: Service,
  both: readonly [TagMap, TagMap],
  { flags }: Facts,
): readonly Finding[] => {
  const total = tagCount({ ...both[0], ...both[1] }, flags)
  if (total <= tagsPerResource || both.some((alone) => tagCount(alone, flags) > tagsPerResource)) return []
  const key = prefix + tags.key
  const problem = tooManyTags(total)
  return [
    {
      ...problem,
      kind: 'fault',
      member: nameOf(ingress),
      origin: { source: 'service', object: { kind: 'Service', namespace: service.namespace, name: service.name }, key },
      path: `${path}.service.name`,
      anchor: `${service.name} ${key}`,
      message: `annotation ${key} of Service "${service.name}" and that of the Ingress: ${problem.message}`,
      needs: 'cluster',
      tenancy: false,
    },
  ]
}
