import type {
  Certificate,
  Facts,
  Fact,
  LiveLoadBalancer,
  NamedLoadBalancer,
  SecurityGroup,
  Subnet,
  VpcRoutes,
} from '../shared/ingress/facts.ts'
import type { Flags } from '../shared/ingress/flags.ts'
import type { Ingress, IngressClass, IngressPath, Node, Service } from '../shared/kubernetes/objects.ts'
import { prefix } from '../shared/names/annotation-keys.ts'
import { parseFlags } from '../shared/process/flags.ts'

/** Values with good defaults: a test states only what matters to it. */

const defaults = parseFlags(['--cluster-name=demo', '--aws-region=ap-northeast-1', '--aws-vpc-id=vpc-0a1b'], {})

/** The flags of cluster `demo` at their defaults, but for what a test changes. */
export const flags = (changes: Partial<Flags> = {}): Flags => {
  if (defaults.is !== 'settings') throw new Error('the defaults of the flags are no settings')
  return { ...defaults.settings.flags, ...changes }
}

const metadata = {
  uid: 'uid',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: {},
  annotations: {},
  finalizers: [],
} as const

/** A path to port 80 of a Service. */
export const path = (changes: Partial<IngressPath> & { readonly service?: string } = {}): IngressPath => {
  const { service: name = 'echoserver', ...rest } = changes
  return { path: '/', pathType: 'Prefix', backend: { is: 'service', name, port: { number: 80 } }, ...rest }
}

export interface IngressChanges extends Partial<Omit<Ingress, 'annotations'>> {
  /** Keys without the prefix. */
  readonly keys?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** The Ingress of the walkthrough: one host, one path, class alb. `keys` are annotations without their prefix. */
export const ingress = ({ keys = {}, annotations = {}, ...changes }: IngressChanges = {}): Ingress => ({
  ...metadata,
  namespace: 'echoserver',
  name: 'echoserver',
  status: { ports: [] },
  chosenKeys: [],
  annotations: {
    ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value])),
    ...annotations,
  },
  spec: { ingressClassName: 'alb', rules: [{ host: 'echoserver.example.com', paths: [path()] }], tlsHosts: [] },
  ...changes,
})

export const service = (changes: Partial<Service> = {}): Service => ({
  ...metadata,
  namespace: 'echoserver',
  name: 'echoserver',
  uid: 'service-uid',
  type: 'NodePort',
  ports: [{ port: 80, targetPort: 8080, nodePort: 31509, protocol: 'TCP' }],
  ipFamilies: ['IPv4'],
  selector: {},
  ...changes,
})

/** A node that is ready, on an instance of EC2. */
export const node = (changes: Partial<Node> = {}): Node => ({
  ...metadata,
  namespace: '',
  name: 'node',
  providerId: 'aws:///ap-northeast-1a/i-0a1b',
  ready: 'True',
  taints: [],
  ...changes,
})

export const ingressClass = (changes: Partial<IngressClass> = {}): IngressClass => ({
  ...metadata,
  namespace: '',
  name: 'alb',
  controller: 'ingress.k8s.aws/alb',
  isDefault: false,
  ...changes,
})

export const subnet = (changes: Partial<Subnet> & Pick<Subnet, 'id' | 'availabilityZone'>): Subnet => ({
  vpcId: 'vpc-0a1b',
  zoneType: 'availability-zone',
  freeAddresses: 250,
  cidr: '10.0.0.0/24',
  hasIpv6: false,
  tags: { 'kubernetes.io/role/elb': '1', 'kubernetes.io/role/internal-elb': '1' },
  ...changes,
})

/** An issued certificate of ACM. */
export const certificate = (changes: Partial<Certificate> = {}): Certificate => ({
  arn: 'arn:aws:acm:ap-northeast-1:123456789012:certificate/00000000-0000-0000-0000-00004b3c2d1e',
  status: 'ISSUED',
  names: ['echoserver.example.com'],
  keyAlgorithm: 'RSA_2048',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-03-01T00:00:00Z',
  renewable: true,
  missingRecords: [],
  ...changes,
})

export interface World {
  readonly flags?: Partial<Flags>
  readonly services?: readonly Service[]
  readonly classes?: readonly IngressClass[]
  /** Labels of every namespace; nothing is known of them where they are left out. */
  readonly namespaceLabels?: Readonly<Record<string, string>>
  readonly ingresses?: readonly Ingress[]
  readonly nodes?: readonly Node[]
  readonly subnets?: readonly Subnet[] | 'unknown'
  readonly certificates?: readonly Certificate[] | 'unknown'
  readonly routes?: VpcRoutes | 'unknown'
  readonly internetGateways?: readonly string[] | 'unknown'
  readonly securityGroups?: readonly SecurityGroup[] | 'unknown'
  readonly loadBalancers?: readonly LiveLoadBalancer[] | 'unknown'
  /** By name; of others nobody asked. */
  readonly namedLoadBalancers?: Readonly<Record<string, NamedLoadBalancer | 'absent' | 'unknown'>>
}

const fact = <T>(value: T | 'unknown'): Fact<T> =>
  value === 'unknown' ? { is: 'unknown', why: 'EC2 gave no answer in 1.5 s' } : { is: 'present', value }

const twoZones = [
  subnet({ id: 'subnet-0a', availabilityZone: 'ap-northeast-1a' }),
  subnet({ id: 'subnet-0c', availabilityZone: 'ap-northeast-1c' }),
]

/** All that a decision may look at: class alb, the Service of the walkthrough, subnets in two zones, no load balancer. */
export const facts = (world: World = {}): Facts => {
  const services = world.services ?? [service()]
  const classes = world.classes ?? [ingressClass()]
  const subnets = world.subnets ?? twoZones
  const groups = world.securityGroups ?? []
  return {
    now: '2026-06-01T00:00:00Z',
    flags: flags(world.flags),
    cluster: {
      service: (namespace, name) => services.find((each) => each.namespace === namespace && each.name === name),
      ingressClass: (name) => classes.find((each) => each.name === name),
      ingressClasses: classes,
      ingresses: world.ingresses ?? [],
      nodes: world.nodes ?? [],
      namespaceLabels: () => world.namespaceLabels,
    },
    aws: new Map<string, Fact<unknown>>([
      ['load-balancers', fact(world.loadBalancers ?? [])],
      ...Object.entries(world.namedLoadBalancers ?? {}).map(
        ([name, value]) =>
          [`load-balancer-name/${name}`, value === 'absent' ? ({ is: 'absent' } as const) : fact(value)] as const,
      ),
      ['subnets', fact(subnets)],
      [
        'security-groups',
        fact(groups === 'unknown' ? groups : groups.filter(({ vpcId }) => vpcId === flags(world.flags).vpcId)),
      ],
      ...(groups === 'unknown' ? [] : groups.map((each) => [`security-group/${each.id}`, fact(each)] as const)),
      ['routes', fact(world.routes ?? 'unknown')],
      ['internet-gateways', fact(world.internetGateways ?? ['igw-1'])],
      ['certificates', fact(world.certificates ?? [])],
      ['account', fact('123456789012')],
      ...(world.certificates === undefined || world.certificates === 'unknown'
        ? []
        : world.certificates.map((each) => [`certificate/${each.arn}`, fact(each)] as const)),
      ...(subnets === 'unknown' ? [] : subnets.map((each) => [`subnet/${each.id}`, fact(each)] as const)),
    ]),
  }
}
