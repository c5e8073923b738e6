/** Objects of the walkthrough as kubectl takes them: a test states only what it changes. */

export const prefix = 'alb.ingress.kubernetes.io/'

/** A Kubernetes object on its way to kubectl. */
export type Manifest = Readonly<Record<string, unknown>>

export interface IngressOptions {
  readonly namespace: string
  readonly name?: string
  /** Annotations without their prefix; replaces those of the walkthrough (scheme and tags). */
  readonly keys?: Readonly<Record<string, string>>
  /** Other annotations, under their full keys. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  /** `alb` unless told; `undefined`: the field is left out. */
  readonly className?: string | undefined
  /** Paths of the only rule; each leads to port 80 of the Service of the walkthrough unless told. */
  readonly paths?: readonly PathOptions[]
  readonly host?: string
  /** Replaces the whole spec. */
  readonly spec?: Manifest
}

export interface PathOptions {
  readonly path?: string
  readonly pathType?: 'Exact' | 'Prefix' | 'ImplementationSpecific'
  readonly service?: string
  readonly port?: { readonly number: number } | { readonly name: string }
}

export const walkthroughKeys = { scheme: 'internet-facing', tags: 'Environment=dev,Team=test' } as const

const pathOf = ({ path = '/', pathType = 'Prefix', service = 'echoserver', port = { number: 80 } }: PathOptions) => ({
  path,
  pathType,
  backend: { service: { name: service, port } },
})

/** The Ingress of the walkthrough, section 3. */
export const ingress = (options: IngressOptions): Manifest => {
  const { namespace, name = 'echoserver', keys = walkthroughKeys, annotations = {}, labels, finalizers } = options
  const className = 'className' in options ? options.className : 'alb'
  const { paths = [{}], host = 'echoserver.example.com' } = options
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(finalizers === undefined ? {} : { finalizers }),
      annotations: {
        ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value])),
        ...annotations,
      },
    },
    spec: options.spec ?? {
      ...(className === undefined ? {} : { ingressClassName: className }),
      rules: [{ host, http: { paths: paths.map(pathOf) } }],
    },
  }
}

export interface ServiceOptions {
  readonly namespace: string
  readonly name?: string
  readonly type?: 'NodePort' | 'ClusterIP' | 'LoadBalancer'
  readonly ports?: readonly Manifest[]
  /** Value of the label `app` of its Pods; its own name unless told. */
  readonly selector?: string
  /** Annotations without their prefix. */
  readonly keys?: Readonly<Record<string, string>>
}

/** The Service of the walkthrough, but for its node port, which the API server chooses. */
export const service = ({
  namespace,
  name = 'echoserver',
  type = 'NodePort',
  ports = [{ port: 80, targetPort: 8080 }],
  keys = {},
  selector = name,
}: ServiceOptions): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace,
    annotations: Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value])),
  },
  spec: { type, selector: { app: selector }, ports },
})
