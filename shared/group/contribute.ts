import type { Source } from '../annotation/settle.ts'
import { settle } from '../annotation/settle.ts'
import { setAnnotations } from '../annotation/marker.ts'
import { type Feature, type Setting, type Values, valueOf } from '../annotation/setting.ts'
import type { Cidr } from '../annotation/codecs/cidrs.ts'
import { ipAddressType, scheme } from '../features/exposure.ts'
import { wantedAttributes } from '../features/attributes/load-balancer.ts'
import { inboundCidrs } from '../features/inbound.ts'
import { features, withoutBackendRules } from '../features/index.ts'
import { listenPorts } from '../features/listeners.ts'
import { loadBalancerName } from '../features/load-balancer-name.ts'
import { conditionsOf } from '../features/rules/conditions.ts'
import { hostAndPathFindings } from '../features/rules/findings.ts'
import { declaredOrder } from '../features/rules/order.ts'
import { manageBackendRules, securityGroups } from '../features/security-groups.ts'
import { subnets } from '../features/subnets.ts'
import { tags } from '../features/tags.ts'
import { sslPolicy, sslRedirect } from '../features/tls.ts'
import { unreadKeys } from '../features/unread-keys.ts'
import { zalandoKeys } from '../features/zalando-keys.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import type { Facts, Need } from '../ingress/facts.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { BackendShare, Contribution, PortShare, RuleShare } from '../model/contribution.ts'
import type { Action } from '../model/model.ts'
import { isAction, resolveBackend } from './backend.ts'
import { chooseCertificates, tlsSecretNotice } from './certificates.ts'
import { judgeSslPolicy } from './ssl-policy.ts'
import { classFindings } from './class-findings.ts'

/** One Ingress judged alone: its settled values, what it brings when nothing is at fault, and all findings. */
export interface Assessment {
  readonly values: Values
  readonly contribution?: Contribution
  /** Its rules in declared order, also where a fact that is missing keeps them from being brought. */
  readonly rules: readonly RuleShare[]
  readonly findings: readonly Finding[]
  readonly needs: readonly Need[]
  /** A fact about the Ingress itself is missing, so what it last brought counts. */
  readonly unknown: boolean
}

/** Judges one Ingress of ours without its group and builds what it brings. */
export const assess = (ingress: Ingress, facts: Facts): Assessment => {
  const member = nameOf(ingress)
  const annotations = setAnnotations(ingress)
  const source: Source = { is: 'ingress', object: ingressRef(ingress), annotations }
  const settled = settle(settledWith(ingress), [source], facts.flags, member)
  const certificates = chooseCertificates(ingress, settled.values, facts)
  const policy = judgeSslPolicy(ingress, settled.values, facts)
  const paths = pathsOf(ingress, source, facts)
  const standard = defaultBackendOf(ingress, source, facts)
  const findings = [
    ...classFindings(ingress, facts),
    ...unreadKeys({ member, object: source.object, annotations }, facts.flags),
    ...zalandoKeys({ member, object: source.object, annotations }),
    ...settled.findings,
    ...certificates.findings,
    ...tlsSecretNotice(ingress),
    ...policy.findings,
    ...paths.findings,
    ...standard.findings,
    ...hostAndPathFindings(ingress),
  ]
  const own = distinct(findings)
  const judged = {
    values: settled.values,
    rules: paths.rules,
    findings: own,
    needs: [...certificates.needs, ...policy.needs],
    unknown: certificates.unknown,
  }
  if (certificates.arns === undefined || own.some(({ kind }) => kind === 'fault')) return judged
  const places = valueOf(settled.values, subnets)
  const schemeSet = setValue(settled.values, scheme)
  const addressType = setValue(settled.values, ipAddressType)
  const redirect = valueOf(settled.values, sslRedirect)
  const groups = valueOf(settled.values, securityGroups)
  const manages = setValue(settled.values, manageBackendRules)
  const attributes = wantedAttributes(settled.values)
  const name = valueOf(settled.values, loadBalancerName)
  return {
    ...judged,
    contribution: {
      version: 1,
      member,
      group: {
        ...(addressType === undefined ? {} : { ipAddressType: addressType }),
        ...(schemeSet === undefined ? {} : { scheme: schemeSet }),
        ...(name === undefined ? {} : { loadBalancerName: name }),
        ...(places === undefined ? {} : { subnets: [...places].sort() }),
        ...(groups === undefined ? {} : { securityGroups: [...new Set(groups)].sort() }),
        ...(manages === undefined ? {} : { manageBackendRules: manages }),
        ...(redirect === undefined ? {} : { sslRedirect: redirect }),
        ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      },
      ports: portsOf(settled.values, certificates.arns),
      rules: paths.rules,
      ...(standard.action === undefined ? {} : { defaultAction: standard.action }),
      backends: distinctBackends([...paths.backends, ...standard.backends]),
      tags: valueOf(settled.values, tags) ?? {},
    },
  }
}

const portsOf = (values: Values, certificateArns: readonly string[]): readonly PortShare[] => {
  const policy = setValue(values, sslPolicy)
  const blocks = valueOf(values, inboundCidrs)
  const open = blocks === undefined ? {} : { inboundCidrs: usableBlocks(blocks, valueOf(values, ipAddressType)) }
  return (valueOf(values, listenPorts) ?? []).map(({ port, protocol }) =>
    protocol === 'HTTP'
      ? { port, ...open, protocol }
      : { port, ...open, protocol, certificateArns, ...(policy === undefined ? {} : { sslPolicy: policy }) },
  )
}

/** Blocks of a family that the load balancer has. */
const usableBlocks = (blocks: readonly Cidr[], addressType: string | undefined): readonly string[] =>
  blocks
    .filter(({ family }) => family === 'ipv4' || addressType !== 'ipv4')
    .map(({ text }) => text)
    .sort()

/** Rules that a Service's values count for are asked for each backend, and of the Ingress alone where it has none. */
const settledWith = ({ spec }: Ingress): readonly Feature[] => {
  const backends = [...spec.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend)), spec.defaultBackend]
  return backends.some((backend) => backend?.is === 'service' && !isAction(backend.port))
    ? withoutBackendRules(features)
    : features
}

/** The value that somebody wrote; undefined for a default. */
const setValue = <T>(values: Values, definition: Setting<T>): T | undefined => {
  const settled = values.get(definition)
  return settled.ok && settled.origin !== undefined ? settled.value : undefined
}

interface Paths {
  readonly rules: readonly RuleShare[]
  readonly backends: readonly BackendShare[]
  readonly findings: readonly Finding[]
}

/** Every path of `spec.rules`: rules in the order of the spec, the paths of each in declared order. */
const pathsOf = (ingress: Ingress, source: Source, facts: Facts): Paths => {
  const rules: RuleShare[] = []
  const backends: BackendShare[] = []
  const findings: Finding[] = []
  for (const [ruleIndex, rule] of ingress.spec.rules.entries()) {
    const host = rule.host === undefined ? {} : { host: rule.host }
    const placed = rule.paths.map((path, pathIndex) => {
      const at = `spec.rules[${ruleIndex}].http.paths[${pathIndex}].backend`
      const anchor = `${rule.host ?? ''} ${path.pathType} ${path.path}`
      return { ...path, resolved: resolveBackend(ingress, { backend: path.backend, path: at, anchor }, source, facts) }
    })
    findings.push(...placed.flatMap(({ resolved }) => resolved.findings))
    for (const { path, pathType, resolved } of declaredOrder(placed)) {
      if (resolved.share !== undefined) backends.push(resolved.share)
      if (resolved.action !== undefined)
        rules.push({
          ...host,
          path,
          pathType,
          conditions: conditionsOf({ ...host, path, pathType }),
          action: resolved.action,
        })
    }
  }
  return { rules, backends, findings }
}

const defaultBackendOf = (
  ingress: Ingress,
  source: Source,
  facts: Facts,
): { readonly action?: Action; readonly backends: readonly BackendShare[]; readonly findings: readonly Finding[] } => {
  if (ingress.spec.defaultBackend === undefined) return { backends: [], findings: [] }
  const placed = { backend: ingress.spec.defaultBackend, path: 'spec.defaultBackend', anchor: 'spec.defaultBackend' }
  const { action, share, findings } = resolveBackend(ingress, placed, source, facts)
  return { ...(action === undefined ? {} : { action }), backends: share === undefined ? [] : [share], findings }
}

/** One mistake, one finding: the same annotation is read once for each backend, a Service's once for each of its own. */
const distinct = (findings: readonly Finding[]): readonly Finding[] => {
  const seen = new Set<string>()
  return findings.filter(({ code, path, anchor, origin, value, message }) => {
    const identity = JSON.stringify([code, origin.source === 'service' ? anchor : path, value, message])
    if (seen.has(identity)) return false
    seen.add(identity)
    return true
  })
}

const distinctBackends = (backends: readonly BackendShare[]): readonly BackendShare[] => [
  ...new Map(backends.map((backend) => [backend.resourceId, backend])).values(),
]
