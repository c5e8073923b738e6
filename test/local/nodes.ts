import type { ControlPlane } from './control-plane.ts'
import { kubectlOrThrow } from './control-plane.ts'

/** An EC2 instance that a Node object stands for. */
export interface NodeInstance {
  readonly id: string
  readonly zone: string
  readonly address: string
}

/** Makes a Ready Node object for each instance, as a kubelet with a cloud provider would. Answers their names. */
export async function createNodes(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  region: string,
  instances: readonly NodeInstance[],
): Promise<readonly string[]> {
  const nodes = instances.map((instance) => node(region, instance))
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: nodes })
  await kubectlOrThrow(controlPlane, ['create', '-f', '-'], list)
  await Promise.all(
    nodes.map(({ metadata }, index) => makeReady(controlPlane, metadata.name, instances[index]?.address ?? '')),
  )
  return nodes.map(({ metadata }) => metadata.name)
}

async function makeReady(controlPlane: Pick<ControlPlane, 'kubectl'>, name: string, address: string): Promise<void> {
  const status = JSON.stringify({
    status: {
      addresses: [{ type: 'InternalIP', address }],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'made by the local stack' }],
    },
  })
  await kubectlOrThrow(controlPlane, ['patch', 'node', name, '--subresource=status', '--patch', status])
  // Admission taints a node that is created without being Ready; the node life-cycle controller would remove it.
  const untainted = JSON.stringify({ spec: { taints: null } })
  await kubectlOrThrow(controlPlane, ['patch', 'node', name, '--type=merge', '--patch', untainted])
}

function node(region: string, { id, zone, address }: NodeInstance) {
  const name = `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { providerID: `aws:///${zone}/${id}` },
  }
}
