import fc from 'fast-check'
import type { Ingress, IngressPath, Service } from '../../shared/kubernetes/objects.ts'
import { prefix } from '../../shared/names/annotation-keys.ts'
import { ingress, service } from '../builders.ts'

export const hosts = ['a.example.com', 'b.example.com', '*.example.com'] as const
export const paths = ['/', '/a', '/a/', '/a/b', '/ab', '/b'] as const
export const serviceNames = ['one', 'two', 'gone'] as const

const backend = fc.record({
  is: fc.constant('service' as const),
  name: fc.constantFrom(...serviceNames),
  port: fc.oneof(fc.constant({ number: 80 }), fc.constant({ name: 'http' })),
})

const anyPath = (pathTypes: readonly IngressPath['pathType'][]): fc.Arbitrary<IngressPath> =>
  fc.record({ path: fc.constantFrom(...paths), pathType: fc.constantFrom(...pathTypes), backend })

const keys = fc.record(
  {
    'listen-ports': fc.constantFrom('[{"HTTP":80}]', '[{"HTTP":8080}]', '[{"HTTP":80},{"HTTP":8080}]'),
    'healthcheck-interval-seconds': fc.constantFrom('10', '30'),
    'backend-protocol': fc.constantFrom('HTTP', 'HTTPS'),
    'load-balancer-attributes': fc.constantFrom('idle_timeout.timeout_seconds=120', 'idle_timeout.timeout_seconds=60'),
    'target-group-attributes': fc.constantFrom('stickiness.enabled=true', 'stickiness.enabled=false'),
    'healthcheck-path': fc.constantFrom('/healthz', '/'),
    tags: fc.constantFrom('Team=a', 'Team=b,Environment=dev', ''),
  },
  // Named throughout: what AWS holds of an attribute that nobody named is not known without asking.
  { requiredKeys: ['load-balancer-attributes', 'target-group-attributes'] },
)

/** Ingresses that can be built, over a small alphabet of hosts, paths and Services; `exactOrPrefix` leaves out globs. */
export const anyIngress = (
  pathTypes: readonly IngressPath['pathType'][] = ['Exact', 'Prefix', 'ImplementationSpecific'],
  anyHosts: readonly string[] = hosts,
): fc.Arbitrary<Ingress> =>
  fc
    .record({
      rules: fc.array(
        fc.record({
          host: fc.constantFrom(undefined, ...anyHosts),
          paths: fc.array(anyPath(pathTypes), { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 4 },
      ),
      defaultBackend: fc.option(backend, { nil: undefined }),
      keys,
    })
    .map(({ rules, defaultBackend, keys: written }) =>
      ingress({
        keys: Object.fromEntries(Object.entries(written).filter((entry) => entry[1] !== undefined)),
        spec: {
          ingressClassName: 'alb',
          tlsHosts: [],
          rules: rules.map(({ host, paths: of }) => ({ ...(host === undefined ? {} : { host }), paths: of })),
          ...(defaultBackend === undefined ? {} : { defaultBackend }),
        },
      }),
    )

/** As `anyIngress`, with targets that are nodes or Pods. */
export const anyTargets = (): fc.Arbitrary<Ingress> =>
  fc.tuple(anyIngress(), fc.constantFrom('instance', 'ip')).map(([of, type]) => ({
    ...of,
    annotations: { ...of.annotations, 'alb.ingress.kubernetes.io/target-type': type },
  }))

const differentPaths = fc.uniqueArray(anyPath(['Exact', 'Prefix']), {
  minLength: 3,
  maxLength: 5,
  selector: ({ path }) => path.replace(/\/$/, ''),
})

/** An Ingress of one host before and after paths have come and gone; each keeps its backend. */
export const anyEdit: fc.Arbitrary<readonly [Ingress, Ingress]> = differentPaths
  .chain((all) => fc.tuple(fc.subarray(all, { minLength: all.length - 2 }), fc.subarray(all, { minLength: 1 })))
  .map(([before, after]) => [ofPaths(before), ofPaths(after)])

/** An Ingress of one host and the same with more paths. */
export const anyGrowth: fc.Arbitrary<readonly [Ingress, Ingress]> = differentPaths
  .chain((all) => fc.tuple(fc.subarray(all), fc.constant(all)))
  .map(([less, more]) => [ofPaths(less), ofPaths(more)])

const ofPaths = (of: readonly IngressPath[]): Ingress =>
  ingress({ spec: { ingressClassName: 'alb', tlsHosts: [], rules: [{ host: 'a.example.com', paths: of }] } })

const networkKeys = fc.record(
  {
    'security-groups': fc.constantFrom('sg-a', 'sg-a,sg-b'),
    'manage-backend-security-group-rules': fc.constantFrom('true', 'false'),
    scheme: fc.constantFrom('internal', 'internet-facing'),
    'ip-address-type': fc.constantFrom('ipv4', 'dualstack'),
    'inbound-cidrs': fc.constantFrom('10.0.0.0/8', '10.0.0.0/8,2001:db8::/32'),
    subnets: fc.constant('subnet-0a,subnet-0c'),
  },
  { requiredKeys: [] },
)

/** As `anyTargets`, with any security groups, address families, blocks and subnets; the subnets must have IPv6 blocks. */
export const anyIngressOfAnyNetwork: fc.Arbitrary<Ingress> = fc
  .tuple(anyTargets(), networkKeys)
  .map(([one, written]) => ({
    ...one,
    annotations: {
      ...one.annotations,
      ...Object.fromEntries(Object.entries(written).map(([key, value]) => [prefix + key, value])),
    },
  }))

/** Services `one` and `two`; `gone` does not exist. */
export const services: readonly Service[] = ['one', 'two'].map((name, index) =>
  service({
    name,
    uid: `uid-${name}`,
    ports: [{ name: 'http', port: 80, nodePort: 31000 + index, targetPort: 8080, protocol: 'TCP' }],
  }),
)
