import type { Fixture, SubnetName } from '../../aws/fixture.ts'
import { type Manifest, prefix, service } from '../support/objects.ts'
import type { RealRule, RealSet } from './read.ts'

/** Where the sets are tried: ids of the account that stand for those of their authors. */
export interface Place {
  readonly namespace: string
  readonly fixture: Fixture
  /** The ARN of a certificate for each host that a set names. */
  readonly certificateOf: ReadonlyMap<string, string>
}

/** The host of sets that name none at all. */
export const anyHost = 'app.example.com'

/** Hosts that rules or `spec.tls` of a set name. */
export const hostsOf = ({ rules, tls = [] }: RealSet): readonly string[] => [
  ...new Set([...rules.flatMap(({ host }) => host ?? []), ...tls.flatMap(({ hosts }) => hosts)].map(hostInPlace)),
]

/** Placeholders of templates stand for a name and a path. */
const hostInPlace = (host: string): string => (/^[a-z0-9.*-]+$/.test(host) ? host : anyHost)
const pathInPlace = (path: string): string => (path === '' || path.startsWith('/') ? path : `/${path}`)

/** Lists of hosts, each for one certificate; the hosts of one set stay together as far as they can. */
export const hostLists = (sets: readonly RealSet[], most: number): readonly (readonly string[])[] => {
  const lists: string[][] = []
  const placed = new Set([anyHost])
  for (const set of sets) {
    const fresh = hostsOf(set).filter((host) => !placed.has(host))
    const last = lists.at(-1)
    if (last === undefined || last.length + fresh.length > most) lists.push([...fresh])
    else last.push(...fresh)
    for (const host of fresh) placed.add(host)
  }
  return lists
}

/** The Services that the sets name, each with all the ports that somebody wants of it. */
export const servicesOf = (sets: readonly RealSet[], namespace: string): readonly Manifest[] => {
  const ports = new Map<string, Set<number | string>>([['example', new Set([80])]])
  const want = (name: string, port: number | string): void => {
    ports.set(name, (ports.get(name) ?? new Set()).add(port))
  }
  for (const { annotations, rules } of sets)
    for (const rule of rules) {
      const port = portOf(rule)
      if (port === 'use-annotation') continue
      want(serviceNameOf(rule), port)
      const check = annotations[`${prefix}healthcheck-port`] ?? 'traffic-port'
      if (check !== 'traffic-port' && !/^[0-9]+$/.test(check)) want(serviceNameOf(rule), check)
    }
  return Array.from(ports, ([name, wanted]) =>
    service({
      namespace,
      name,
      ports: Array.from(wanted, (port, index) =>
        typeof port === 'number'
          ? { name: `p${port}`, port, targetPort: 8080 }
          : { name: port, port: 20_000 + index, targetPort: 8080 },
      ),
    }),
  )
}

/** The Ingress of a set, with ids, ARNs and names of the place. */
export const putInPlace = (set: RealSet, place: Place): Manifest => {
  const { namespace, fixture } = place
  const annotations = { ...set.annotations }
  const replace = (key: string, change: (text: string, index: number) => string): void => {
    const value = annotations[prefix + key]
    if (value !== undefined && value.trim() !== '')
      annotations[prefix + key] = value
        .split(',')
        .map((entry, index) => change(entry.trim(), index))
        .join(',')
  }
  const [host = anyHost] = hostsOf(set)
  const certificates = [place.certificateOf.get(host), fixture.certificates['shop.example.org']]
  replace('certificate-arn', (text, index) => certificates[index] ?? text)
  const kind = annotations[`${prefix}scheme`] === 'internet-facing' ? 'public' : 'private'
  replace('subnets', (text, index) => {
    const name: SubnetName = `${kind}-${(['a', 'c', 'd'] as const)[index] ?? 'd'}`
    return text.startsWith('subnet-') ? fixture.subnets[name].id : `${kind}-${fixture.subnets[name].zone}`
  })
  const groups = [fixture.securityGroups.extra, fixture.securityGroups.other]
  replace('security-groups', (text, index) => (text.startsWith('sg-') ? (groups[index] ?? text) : 'extra'))
  // A look-up of AWS for each name, two a second, would take most of the time
  replace('load-balancer-name', () => 'real')
  if (annotations[classAnnotation] !== undefined) annotations[classAnnotation] = 'alb'
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace, annotations },
    spec: { ...(annotations[classAnnotation] === undefined ? { ingressClassName: 'alb' } : {}), ...specOf(set) },
  }
}

const classAnnotation = 'kubernetes.io/ingress.class'

const specOf = ({ rules, tls }: RealSet): Manifest => {
  const standard = rules.find(({ defaultBackend }) => defaultBackend === true)
  const paths = rules.filter(({ defaultBackend }) => defaultBackend !== true)
  const written: readonly RealRule[] = rules.length === 0 ? [{ host: anyHost, path: '/', pathType: 'Prefix' }] : paths
  return {
    ...(standard === undefined ? {} : { defaultBackend: backendOf(standard) }),
    ...(written.length === 0 ? {} : { rules: rulesOf(written) }),
    ...(tls === undefined ? {} : { tls: tls.map((one) => ({ ...one, hosts: one.hosts.map(hostInPlace) })) }),
  }
}

/** Neighbouring paths of one host are one rule. */
const rulesOf = (rules: readonly RealRule[]): readonly Manifest[] => {
  const found: { readonly host: string | undefined; readonly paths: Manifest[] }[] = []
  for (const rule of rules) {
    const { path, pathType = 'ImplementationSpecific' } = rule
    const host = rule.host === undefined ? undefined : hostInPlace(rule.host)
    const written = { ...(path === undefined ? {} : { path: pathInPlace(path) }), pathType, backend: backendOf(rule) }
    const last = found.at(-1)
    if (last !== undefined && last.host === host) last.paths.push(written)
    else found.push({ host, paths: [written] })
  }
  return found.map(({ host, paths }) => ({ ...(host === undefined ? {} : { host }), http: { paths } }))
}

const serviceNameOf = ({ service: name = 'example' }: RealRule): string => name.toLowerCase()

const portOf = ({ port = 80 }: RealRule): number | string => (/^[0-9]+$/.test(String(port)) ? Number(port) : port)

const backendOf = (rule: RealRule): Manifest => {
  const port = portOf(rule)
  return {
    service: { name: serviceNameOf(rule), port: typeof port === 'number' ? { number: port } : { name: port } },
  }
}
