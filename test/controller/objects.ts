import type { Raw } from './fake-cluster.ts'

/** An Ingress of ours as a user writes it; a test states what matters to it. */
export const ingress = (
  of: {
    readonly namespace?: string
    readonly name?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly finalizers?: readonly string[]
    readonly className?: string
    readonly service?: string
    readonly uid?: string
    /** Further paths, each to the Service of that name. */
    readonly paths?: Readonly<Record<string, string>>
  } = {},
): Raw => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    namespace: of.namespace ?? 'shop',
    name: of.name ?? 'web',
    annotations: of.annotations ?? {},
    ...(of.uid === undefined ? {} : { uid: of.uid }),
    ...(of.finalizers === undefined ? {} : { finalizers: of.finalizers }),
  },
  spec: {
    ingressClassName: of.className ?? 'alb',
    rules: [
      {
        host: 'www.example.com',
        http: {
          paths: Object.entries({ ...of.paths, '/': of.service ?? 'web' }).map(([path, name]) => ({
            path,
            pathType: 'Prefix',
            backend: { service: { name, port: { number: 80 } } },
          })),
        },
      },
    ],
  },
})

export const ingressClass = (name = 'alb', controller = 'ingress.k8s.aws/alb'): Raw => ({
  metadata: { name },
  spec: { controller },
})

export const service = (
  of: { readonly namespace?: string; readonly name?: string; readonly nodePort?: number; readonly type?: string } = {},
): Raw => ({
  metadata: { namespace: of.namespace ?? 'shop', name: of.name ?? 'web' },
  spec: {
    type: of.type ?? 'NodePort',
    ports: [{ port: 80, protocol: 'TCP', targetPort: 8080, nodePort: of.nodePort ?? 30100 }],
  },
})

export const node = (name: string, instance: string, ready = 'True'): Raw => ({
  metadata: { name },
  spec: { providerID: `aws:///ap-northeast-1a/${instance}` },
  status: { conditions: [{ type: 'Ready', status: ready }] },
})

export const binding = (
  of: {
    readonly name?: string
    readonly arn?: string
    readonly service?: string
    readonly port?: number
    readonly finalizers?: readonly string[]
    readonly labels?: Readonly<Record<string, string>>
    readonly networking?: unknown
  } = {},
): Raw => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: {
    namespace: 'shop',
    name: of.name ?? 'k8s-shop-web-1',
    labels: of.labels ?? {},
    ...(of.finalizers === undefined ? {} : { finalizers: of.finalizers }),
  },
  spec: {
    targetGroupARN: of.arn ?? 'arn:tg/1',
    targetType: 'instance',
    targetGroupProtocol: 'HTTP',
    ipAddressType: 'ipv4',
    vpcID: 'vpc-1',
    serviceRef: { name: of.service ?? 'web', port: of.port ?? 80 },
    ...(of.networking === undefined ? {} : { networking: of.networking }),
  },
})
