/** One write by kubectl, and the calls to the webhook that the API server may make for it: `PATH OPERATION`. */
export interface Write {
  readonly what: string
  readonly args: readonly string[]
  readonly input?: object
  readonly calls: readonly string[]
}

const backend = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } }

/** An Ingress in the namespace shop. */
export const ingress = (name: string, metadata: object, spec: object, namespace = 'shop'): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace, ...metadata },
  spec: { ...backend, ...spec },
})

const service = (name: string, spec: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
})

const key = 'alb.ingress.kubernetes.io/scheme'
const ours = { ingressClassName: 'alb' }
const foreign = { ingressClassName: 'nginx' }
const classAnnotation = (name: string): object => ({ annotations: { 'kubernetes.io/ingress.class': name } })

const create = ['create', '-f', '-'] as const
const patch = (kind: string, name: string, change: object): readonly string[] => [
  'patch',
  kind,
  name,
  '--namespace=shop',
  '--type=merge',
  `--patch=${JSON.stringify(change)}`,
]

const mutateAndValidate = (operation: string): readonly string[] => [
  `/mutate/ingress ${operation}`,
  `/validate/ingress ${operation}`,
]

const creates: readonly Write[] = [
  { what: 'class alb, no annotations', input: ingress('plain', {}, ours), calls: mutateAndValidate('CREATE') },
  {
    what: 'class alb, null annotations',
    input: ingress('none', { annotations: null }, ours),
    calls: mutateAndValidate('CREATE'),
  },
  {
    what: 'class annotation alb',
    input: ingress('old', classAnnotation('alb'), {}),
    calls: mutateAndValidate('CREATE'),
  },
  { what: 'neither class nor annotations', input: ingress('classless', {}, {}), calls: [] },
  { what: 'an empty class annotation', input: ingress('empty', classAnnotation(''), {}), calls: [] },
  { what: 'class annotation nginx', input: ingress('old-nginx', classAnnotation('nginx'), {}), calls: [] },
  { what: 'class nginx', input: ingress('nginx', {}, foreign), calls: [] },
  {
    what: 'class nginx with a key of ours',
    input: ingress('stray', { annotations: { [key]: 'internal' } }, foreign),
    calls: ['/validate/stray-ingress CREATE'],
  },
  {
    what: 'no class with a key of ours',
    input: ingress('stray-classless', { annotations: { [key]: 'internal' } }, {}),
    calls: ['/validate/stray-ingress CREATE'],
  },
  {
    what: 'class nginx with our finalizer',
    input: ingress('stray-finalizer', { finalizers: ['ingress.k8s.aws/resources'] }, foreign),
    calls: ['/validate/stray-ingress CREATE'],
  },
  {
    what: 'class nginx with the finalizer of a group',
    input: ingress('stray-group', { finalizers: ['group.ingress.k8s.aws/shop'] }, foreign),
    calls: ['/validate/stray-ingress CREATE'],
  },
  {
    what: 'class nginx with the finalizer of another product',
    input: ingress('foreign-finalizer', { finalizers: ['example.com/group.ingress.k8s.aws'] }, foreign),
    calls: [],
  },
  { what: 'class alb in kube-system', input: ingress('plain', {}, ours, 'kube-system'), calls: [] },
  { what: 'a Service', input: service('web', { type: 'NodePort', ports: [{ port: 80 }] }), calls: [] },
  { what: 'a Service without ports', input: service('bare', { clusterIP: 'None', selector: { app: 'a' } }), calls: [] },
].map((write) => ({ ...write, args: create }))

const updates: readonly Write[] = [
  { what: 'a label', args: ['label', 'ingress', 'plain', '-n', 'shop', 'a=b'], calls: [] },
  {
    what: 'a finalizer',
    args: patch('ingress', 'plain', { metadata: { finalizers: ['ingress.k8s.aws/resources'] } }),
    calls: [],
  },
  {
    what: 'the status',
    args: [
      ...patch('ingress', 'plain', { status: { loadBalancer: { ingress: [{ hostname: 'a.example.com' }] } } }),
      '--subresource',
      'status',
    ],
    calls: [],
  },
  {
    what: 'an annotation',
    args: ['annotate', 'ingress', 'plain', '-n', 'shop', `${key}=internal`],
    calls: mutateAndValidate('UPDATE'),
  },
  {
    what: 'all annotations away',
    args: patch('ingress', 'plain', { metadata: { annotations: null } }),
    calls: mutateAndValidate('UPDATE'),
  },
  {
    what: 'class alb becomes nginx',
    args: patch('ingress', 'plain', { spec: foreign }),
    calls: ['/validate/ingress UPDATE'],
  },
  {
    what: 'an annotation, with class nginx and our finalizer',
    args: ['annotate', 'ingress', 'plain', '-n', 'shop', 'example.com/a=b'],
    calls: ['/validate/stray-ingress UPDATE'],
  },
  {
    what: 'class nginx becomes alb',
    args: patch('ingress', 'plain', { spec: ours }),
    calls: mutateAndValidate('UPDATE'),
  },
  {
    what: 'the last key of ours away, with class nginx',
    args: ['annotate', 'ingress', 'stray', '-n', 'shop', `${key}-`],
    calls: [],
  },
]

const deletion: readonly Write[] = [
  { what: 'deletion', args: ['delete', 'ingress', 'plain', '-n', 'shop', '--wait=false'], calls: [] },
  {
    what: 'an annotation while it is deleted',
    args: ['annotate', 'ingress', 'plain', '-n', 'shop', `${key}=public`],
    calls: [],
  },
  {
    what: 'the finalizer away while it is deleted',
    args: patch('ingress', 'plain', { metadata: { finalizers: null } }),
    calls: [],
  },
]

const services: readonly Write[] = [
  { what: 'a label of a Service', args: ['label', 'service', 'web', '-n', 'shop', 'a=b'], calls: [] },
  { what: 'the selector of a Service', args: patch('service', 'web', { spec: { selector: { app: 'a' } } }), calls: [] },
  {
    what: 'the selector of a Service without ports',
    args: patch('service', 'bare', { spec: { selector: { app: 'b' } } }),
    calls: [],
  },
  {
    what: 'the port of a Service',
    args: patch('service', 'web', { spec: { ports: [{ port: 81 }] } }),
    calls: ['/validate/service UPDATE'],
  },
  {
    what: 'the type of a Service',
    args: patch('service', 'web', { spec: { type: 'ClusterIP' } }),
    calls: ['/validate/service UPDATE'],
  },
  {
    what: 'an annotation of ours on a Service',
    args: ['annotate', 'service', 'web', '-n', 'shop', 'alb.ingress.kubernetes.io/healthcheck-path=/up'],
    calls: ['/validate/service UPDATE'],
  },
  {
    what: 'an annotation of ours taken from a Service',
    args: ['annotate', 'service', 'web', '-n', 'shop', 'alb.ingress.kubernetes.io/healthcheck-path-'],
    calls: ['/validate/service UPDATE'],
  },
  { what: 'a foreign annotation on a Service', args: ['annotate', 'service', 'web', '-n', 'shop', 'a=b'], calls: [] },
]

/** Writes of all kinds, in an order in which each finds the objects of those before it. */
export const writes: readonly Write[] = [...creates, ...updates, ...deletion, ...services]
