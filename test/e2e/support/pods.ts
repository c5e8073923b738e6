import { z } from 'zod'
import { addPods } from '../../aws/fixture-pods.ts'
import type { Stack } from '../../local/stack.ts'
import { apply, eventually, readExisting, succeed } from './kubectl.ts'

export interface PodOptions {
  readonly namespace: string
  readonly name: string
  /** Value of the label `app`, by which Services of the tests select. */
  readonly app?: string
  /** Index of the node. */
  readonly node?: number
  /** Added to the last part of the node's address. */
  readonly offset: number
  readonly readinessGates?: readonly string[]
  /** Without readiness gates a Pod is ready unless told. */
  readonly isReady?: boolean
}

/** The address that a Pod gets: one of its node's subnet. */
export const podAddress = ({ fixture }: Pick<Stack, 'fixture'>, { node = 0, offset }: PodOptions): string => {
  const parts = (fixture.instances[node]?.address ?? '').split('.')
  return [...parts.slice(0, 3), String(Number(parts[3]) + offset)].join('.')
}

/** Makes a Pod run on a node, as kubelet and the VPC CNI would: with an address of the node's interface. Answers it. */
export const runPod = async (stack: Stack, options: PodOptions): Promise<string> => {
  const { namespace, name, app = 'echoserver', node = 0, readinessGates = [] } = options
  const instance = stack.fixture.instances[node]
  if (instance === undefined) throw new Error(`there is no node ${node}`)
  const address = podAddress(stack, options)
  await addPods(stack.emulator, [{ instance: instance.id, address }])
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app } },
    spec: {
      nodeName: `ip-${instance.address.replaceAll('.', '-')}.${stack.emulator.region}.compute.internal`,
      containers: [{ name: 'main', image: 'echoserver', ports: [{ name: 'http', containerPort: 8080 }] }],
      ...(readinessGates.length === 0
        ? {}
        : { readinessGates: readinessGates.map((conditionType) => ({ conditionType })) }),
    },
  }
  // The service account of a new namespace comes a moment later.
  await eventually(`Pod ${name} to be made`, async () => ((await apply(stack, pod)).code === 0 ? true : undefined))
  const isReady = options.isReady ?? readinessGates.length === 0
  await setStatus(stack, options, {
    phase: 'Running',
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: [
      { type: 'ContainersReady', status: 'True' },
      { type: 'Ready', status: isReady ? 'True' : 'False' },
    ],
  })
  return address
}

/** Calls a Pod ready, as kubelet does when its readiness gates are open. */
export const makeReady = (stack: Stack, pod: Pick<PodOptions, 'namespace' | 'name'>): Promise<void> =>
  setStatus(stack, pod, { conditions: [{ type: 'Ready', status: 'True' }] })

const setStatus = async (
  stack: Stack,
  { namespace, name }: Pick<PodOptions, 'namespace' | 'name'>,
  status: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const patch = JSON.stringify({ status })
  await succeed(stack, ['patch', 'pod', name, '-n', namespace, '--subresource=status', '--patch', patch])
}

/** Ends a Pod at once; there is no kubelet that would. */
export const endPod = async (stack: Stack, namespace: string, name: string): Promise<void> => {
  await succeed(stack, ['delete', 'pod', name, '-n', namespace, '--force', '--grace-period=0'])
}

const bindings = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ serviceRef: z.object({ name: z.string() }) }),
    }),
  ),
})

/** Name of the TargetGroupBinding of a Service. */
export const bindingName = async (stack: Stack, namespace: string, service: string): Promise<string> => {
  const text = await succeed(stack, ['get', 'targetgroupbindings', '-n', namespace, '-o', 'json'])
  const binding = bindings.parse(JSON.parse(text)).items.find(({ spec }) => spec.serviceRef.name === service)
  if (binding === undefined) throw new Error(`Service ${namespace}/${service} has no binding`)
  return binding.metadata.name
}

const pod = z.looseObject({
  status: z.object({
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string(), message: z.string().default('') })),
  }),
})

/** A condition of a Pod. */
export const conditionOf = async (stack: Stack, namespace: string, name: string, type: string) =>
  pod.parse(await readExisting(stack, namespace, 'pod', name)).status.conditions.find((each) => each.type === type)
