import { nameOf, type Node } from '../kubernetes/objects.ts'
import type { PodTarget } from './pod-targets.ts'

/** Where the network interface of a Pod is found. */
export type PodInterface =
  /** An interface of its own (Amazon EKS, "Security groups for Pods"). */
  | { readonly is: 'interface'; readonly id: string }
  /** On an interface of an instance, as one of its addresses or within one of its prefixes. */
  | { readonly is: 'instance'; readonly instanceId: string }
  /** Fargate gives each Pod an interface that only its address tells. */
  | { readonly is: 'address' }
  /** Outside of EC2, where no security group stands in the way. */
  | { readonly is: 'none' }
  | { readonly is: 'unknown'; readonly why: string }

/** `namespace/name address`: the same Pod under another address has another interface. */
export const podKey = ({ pod, address }: Pick<PodTarget, 'pod' | 'address'>): string => `${nameOf(pod)} ${address}`

/** Where to look for the interface of a Pod, by the interfaces of its own, else by the node that it runs on. */
export const podInterface = (target: PodTarget, node: (name: string) => Node | undefined): PodInterface => {
  const { pod, address } = target
  const own = pod.interfaces.find((one) => one.address === address) ?? pod.interfaces[0]
  if (own !== undefined) return { is: 'interface', id: own.id }
  const on = node(pod.nodeName)
  if (on === undefined)
    return { is: 'unknown', why: `node ${JSON.stringify(pod.nodeName)} of Pod ${nameOf(pod)} is not there` }
  const computeType = on.labels['eks.amazonaws.com/compute-type']
  if (computeType === 'hybrid' || on.providerId.startsWith('eks-hybrid://')) return { is: 'none' }
  if (computeType === 'fargate') return { is: 'address' }
  const instanceId = /(?:^|\/)(i-[^/]+)$/.exec(on.providerId)?.[1]
  if (instanceId === undefined)
    return { is: 'unknown', why: `spec.providerID of node ${on.name} of Pod ${nameOf(pod)} names no EC2 instance` }
  return { is: 'instance', instanceId }
}
