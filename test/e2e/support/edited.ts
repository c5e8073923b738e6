import { type ClusterClient, ClusterError } from '../../../shared/cluster/client.ts'
import type { IngressPath } from '../../../shared/kubernetes/objects.ts'
import type { Edit, Edited } from '../../laws/edits.ts'
import { type Manifest, prefix } from './objects.ts'

/** The object that an edit changes, as server-side apply takes it. */
export const editedObject = (namespace: string, of: Edit['of'], { keys, spec, services }: Edited): Manifest => {
  if (of === 'ingress')
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace, name: 'edited', annotations: prefixed(keys) },
      spec: {
        ingressClassName: 'alb',
        rules: spec.rules.map(({ host, paths }) => ({
          ...(host === undefined ? {} : { host }),
          http: { paths: paths.map(pathOf) },
        })),
        ...(spec.defaultBackend === undefined ? {} : { defaultBackend: backendOf(spec.defaultBackend) }),
      },
    }
  const { port, nodePort, targetPort, keys: own } = services[of]
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: of, annotations: prefixed(own) },
    spec: {
      type: 'NodePort',
      selector: { app: of },
      ports: [{ name: 'http', port, nodePort, targetPort, protocol: 'TCP' }],
    },
  }
}

const prefixed = (keys: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value]))

const pathOf = ({ path, pathType, backend }: IngressPath): Manifest => ({ path, pathType, backend: backendOf(backend) })

const backendOf = (backend: IngressPath['backend']): Manifest => {
  if (backend.is !== 'service') throw new Error('edits lead to Services')
  return { service: { name: backend.name, port: backend.port } }
}

/** Server-side apply of an object, or only a dry-run of it; `query` marks the request in the audit log. Answers the refusal, where there is one. */
export const applyEdited = async (
  client: ClusterClient,
  namespace: string,
  of: Edit['of'],
  object: Manifest,
  query: Readonly<Record<string, string>>,
): Promise<string | undefined> => {
  const resource = of === 'ingress' ? '/apis/networking.k8s.io/v1' : '/api/v1'
  const kind = of === 'ingress' ? 'ingresses/edited' : `services/${of}`
  try {
    await client.request({
      method: 'PATCH',
      path: `${resource}/namespaces/${namespace}/${kind}`,
      query: { fieldManager: 'edits', force: 'true', ...query },
      body: object,
      contentType: 'application/apply-patch+yaml',
    })
    return undefined
  } catch (error) {
    if (error instanceof ClusterError && error.status === 422) return error.message
    throw error
  }
}
