import fc from 'fast-check'
import type { Ingress } from '../../shared/kubernetes/objects.ts'
import { anyIngress } from './arbitraries.ts'

/** Annotations without their prefix. */
export type Keys = Readonly<Record<string, string>>

/** A Service of two as an edit leaves it. */
export interface EditedService {
  readonly port: number
  readonly nodePort: number
  readonly targetPort: number
  readonly keys: Keys
}

/** Everything that edits change: one Ingress, and the two Services that its paths lead to. */
export interface Edited {
  readonly keys: Keys
  readonly spec: Pick<Ingress['spec'], 'rules' | 'defaultBackend'>
  readonly services: Readonly<Record<'one' | 'two', EditedService>>
}

/** One edit of one object. */
export interface Edit {
  /** What it changes: `rules`, `service one`, a key. */
  readonly what: string
  readonly of: 'ingress' | 'one' | 'two'
  readonly apply: (before: Edited) => Edited
}

/** What an account has that edits name: ids and ARNs. */
export interface EditNames {
  readonly certificates: readonly string[]
  readonly securityGroups: readonly string[]
  readonly subnets: readonly string[]
  /** With one of them, edits stay with the load balancer that is there. */
  readonly schemes: readonly string[]
}

const listenPorts = [
  '[{"HTTP":80}]',
  '[{"HTTP":80},{"HTTP":8080}]',
  '[{"HTTPS":443}]',
  '[{"HTTP":80},{"HTTPS":443}]',
  '[{"HTTPS":443},{"HTTPS":8443}]',
  '[{"HTTP":443}]',
]

/** The values of each key that an edit may write, besides removing it. */
const valuesOf = ({
  certificates,
  securityGroups,
  subnets,
  schemes,
}: EditNames): Readonly<Record<string, readonly string[]>> => ({
  'listen-ports': listenPorts,
  ...(schemes.length > 1 ? { scheme: schemes } : {}),
  'certificate-arn': [...certificates, certificates.join(','), certificates.toReversed().join(',')],
  'ssl-policy': ['ELBSecurityPolicy-2016-08', 'ELBSecurityPolicy-TLS13-1-2-2021-06'],
  'ssl-redirect': ['443'],
  'ip-address-type': ['ipv4', 'dualstack'],
  'inbound-cidrs': ['192.0.2.0/24', '192.0.2.0/24,198.51.100.0/24', '10.0.0.1/8'],
  'security-groups': [...securityGroups, securityGroups.join(',')],
  'manage-backend-security-group-rules': ['true', 'false'],
  subnets: [subnets.join(','), subnets.slice(0, 2).join(','), subnets.slice(1).join(',')],
  'load-balancer-name': ['edited', 'edited-again'],
  tags: ['Team=a', 'Team=b,Environment=dev'],
  'load-balancer-attributes': [
    'idle_timeout.timeout_seconds=120',
    'idle_timeout.timeout_seconds=60',
    'idle_timeout.timeout_seconds=30,routing.http2.enabled=false',
  ],
  ...backendValues,
})

/** Without target-type: a target group of Pods takes over once they are healthy, and here are none. */
const backendValues: Readonly<Record<string, readonly string[]>> = {
  'backend-protocol': ['HTTP', 'HTTPS'],
  'backend-protocol-version': ['HTTP1', 'HTTP2'],
  'target-group-attributes': [
    'stickiness.enabled=true',
    'stickiness.enabled=false',
    'deregistration_delay.timeout_seconds=30',
  ],
  'healthcheck-path': ['/', '/ready'],
  'healthcheck-port': ['traffic-port', '8081', '31900'],
  'healthcheck-protocol': ['HTTP', 'HTTPS'],
  'healthcheck-interval-seconds': ['10', '30'],
  'healthcheck-timeout-seconds': ['4', '6'],
  'healthy-threshold-count': ['2', '4'],
  'unhealthy-threshold-count': ['2', '4'],
  'success-codes': ['200', '200-299'],
  tags: ['Owner=one', 'Owner=two,Cost=1'],
}

const withKey = (keys: Keys, key: string, value: string | undefined): Keys => {
  const { [key]: _, ...others } = keys
  return value === undefined ? others : { ...others, [key]: value }
}

const keyEdit = (values: Readonly<Record<string, readonly string[]>>) =>
  fc
    .constantFrom(...Object.keys(values))
    .chain((key) => fc.tuple(fc.constant(key), fc.constantFrom(undefined, ...(values[key] ?? []))))

const service = fc.constantFrom('one' as const, 'two' as const)

/** An Ingress with rules, a default backend, keys; a Service with another port, node port, target port, keys. */
export const anyEdit = (names: EditNames): fc.Arbitrary<Edit> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.array(keyEdit(valuesOf(names)), { minLength: 1, maxLength: 3 }).map((changes): Edit => ({
        what: changes.map(([key, value]) => `${key}=${value ?? '(removed)'}`).join(' '),
        of: 'ingress',
        apply: (before) => ({
          ...before,
          keys: changes.reduce((keys, [key, value]) => withKey(keys, key, value), before.keys),
        }),
      })),
    },
    {
      weight: 3,
      arbitrary: anyIngress().map(({ spec: { rules, defaultBackend } }): Edit => ({
        what: 'rules and default backend',
        of: 'ingress',
        apply: (before) => ({
          ...before,
          spec: { rules, ...(defaultBackend === undefined ? {} : { defaultBackend }) },
        }),
      })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.nat(9), fc.nat(9)).map(([from, to]): Edit => ({
        what: 'rules in another order',
        of: 'ingress',
        apply: (before) => ({ ...before, spec: { ...before.spec, rules: moved(before.spec.rules, from, to) } }),
      })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(service, fc.constantFrom(31_000, 31_001, 31_500, 32_000), fc.constantFrom(8080, 9090))
        .map(([name, nodePort, targetPort]): Edit => ({
          what: `service ${name}: node port ${nodePort}, target port ${targetPort}`,
          of: name,
          apply: (before) => {
            const other = before.services[name === 'one' ? 'two' : 'one']
            // No two Services have one node port.
            const free = other.nodePort === nodePort ? nodePort + 10 : nodePort
            return withService(before, name, { ...before.services[name], nodePort: free, targetPort })
          },
        })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(service, keyEdit(backendValues)).map(([name, [key, value]]): Edit => ({
        what: `service ${name}: ${key}=${value ?? '(removed)'}`,
        of: name,
        apply: (before) =>
          withService(before, name, {
            ...before.services[name],
            keys: withKey(before.services[name].keys, key, value),
          }),
      })),
    },
  )

const withService = (of: Edited, name: 'one' | 'two', changed: EditedService): Edited => ({
  ...of,
  services: { ...of.services, [name]: changed },
})

const moved = <T>(all: readonly T[], from: number, to: number): readonly T[] => {
  if (all.length === 0) return all
  const others = all.filter((_, index) => index !== from % all.length)
  return [
    ...others.slice(0, to % all.length),
    ...all.slice(from % all.length, (from % all.length) + 1),
    ...others.slice(to % all.length),
  ]
}
