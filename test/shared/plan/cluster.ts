import type {
  EndpointSlice,
  Metadata,
  Node,
  Pod,
  Service,
  TargetGroupBinding,
} from '../../../shared/kubernetes/objects.ts'

const metadata = (name: string, namespace: string): Metadata => ({
  namespace,
  name,
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '',
  labels: {},
  annotations: {},
  finalizers: [],
})

/** A Ready node of instance `i-<name>`. */
export const node = (name: string, rest: Partial<Node> = {}): Node => ({
  ...metadata(name, ''),
  providerId: `aws:///ap-northeast-1a/i-${name}`,
  ready: 'True',
  taints: [],
  ...rest,
})

/** A Pod `shop/<name>` on node `a`, whose containers are ready. */
export const pod = (name: string, rest: Partial<Pod> = {}): Pod => ({
  ...metadata(name, 'shop'),
  interfaces: [],
  nodeName: 'a',
  namedPorts: [],
  readinessGates: [],
  conditions: [{ type: 'ContainersReady', status: 'True', reason: '', message: '' }],
  ...rest,
})

/** An EndpointSlice of `shop/web` with port 8080 for the Service port named `http`. */
export const slice = (
  endpoints: readonly (Partial<EndpointSlice['endpoints'][number]> & {
    readonly address: string
    readonly pod: string
  })[],
  rest: Partial<EndpointSlice> = {},
): EndpointSlice => ({
  ...metadata('web-1', 'shop'),
  service: 'web',
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080 }],
  endpoints: endpoints.map((one) => ({ ready: true, terminating: false, ...one })),
  ...rest,
})

/** A Service `shop/<name>` with port 80 named `http` on node port 31509. */
export const service = (name = 'web', rest: Partial<Service> = {}): Service => ({
  ...metadata(name, 'shop'),
  type: 'NodePort',
  ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 31509 }],
  ipFamilies: ['IPv4'],
  selector: {},
  ...rest,
})

/** A binding of `shop/<service>`, port 80, that the group `sg-backend` reaches at the ports given. */
export const binding = (
  name: string,
  rest: Partial<TargetGroupBinding['spec']> & { readonly nodePorts?: readonly number[] } = {},
): TargetGroupBinding => {
  const { nodePorts = [31509], ...spec } = rest
  return {
    ...metadata(name, 'shop'),
    generation: 1,
    spec: {
      targetGroupARN: `arn:${name}`,
      targetType: 'instance',
      serviceRef: { name: 'web', port: 80 },
      networking: {
        ingress: nodePorts.map((port) => ({
          from: [{ securityGroup: { groupID: 'sg-backend' } }],
          ports: [{ protocol: 'TCP', port }],
        })),
      },
      ...spec,
    },
  }
}
