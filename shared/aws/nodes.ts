import type { Instance } from '@aws-sdk/client-ec2'
import type { ObservedSecurityGroup } from '../model/observed.ts'
import type { Aws } from './client.ts'
import { describeInstances } from './ec2.ts'
import { describeGroups } from './list.ts'
import { batches, tokenPages } from './pages.ts'

/** Security groups of nodes: which group an instance has hardly ever changes, so answers are kept for a while. */
export class NodeSecurityGroups {
  readonly #aws: Aws
  readonly #maxAgeMs: number
  readonly #known = new Map<string, { readonly at: number; readonly groups: readonly string[] }>()

  constructor(aws: Aws, settings: { readonly maxAgeMs: number }) {
    this.#aws = aws
    this.#maxAgeMs = settings.maxAgeMs
  }

  /**
   * By instance id, the security groups of the network interface with device index 0. An instance that EC2 does not know,
   * or that is terminated, is left out.
   */
  async of(instanceIds: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const now = this.#aws.clock.monotonic()
    for (const [id, { at }] of this.#known) if (now - at > this.#maxAgeMs) this.#known.delete(id)
    const missing = [...new Set(instanceIds)].filter((id) => !this.#known.has(id))
    for (const batch of batches(missing, 100)) {
      // A filter leaves out what does not exist; by InstanceIds, one unknown id would refuse the whole call.
      const input = { Filters: [{ Name: 'instance-id', Values: [...batch] }] }
      const reservations = await tokenPages(
        this.#aws,
        describeInstances,
        input,
        (output) => output.Reservations,
        signal,
      )
      for (const instance of reservations.flatMap((reservation) => reservation.Instances ?? [])) {
        const groups = primaryGroups(instance)
        if (instance.InstanceId !== undefined && groups.length > 0)
          this.#known.set(instance.InstanceId, { at: now, groups })
      }
    }
    return new Map(
      instanceIds.flatMap((id) => {
        const known = this.#known.get(id)
        return known === undefined ? [] : [[id, known.groups] as const]
      }),
    )
  }
}

const primaryGroups = (instance: Instance): readonly string[] => {
  const interfaces = instance.NetworkInterfaces ?? []
  const primary = interfaces.find((one) => one.Attachment?.DeviceIndex === 0)
  return (primary?.Groups ?? []).flatMap((group) => group.GroupId ?? [])
}

/** Security groups by id, 200 a call; those that do not exist are left out. */
export const securityGroupsById = async (
  aws: Aws,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<readonly ObservedSecurityGroup[]> => {
  const found: ObservedSecurityGroup[] = []
  for (const batch of batches([...new Set(ids)], 200))
    found.push(...(await describeGroups(aws, { 'group-id': batch }, signal)))
  return found
}

/** Security groups of the VPC tagged as belonging to the cluster: `kubernetes.io/cluster/<cluster>`, owned or shared. */
export const securityGroupsOfCluster = (
  aws: Aws,
  owner: { readonly clusterName: string; readonly vpcId: string },
  signal?: AbortSignal,
): Promise<readonly ObservedSecurityGroup[]> =>
  describeGroups(
    aws,
    { 'vpc-id': [owner.vpcId], [`tag:kubernetes.io/cluster/${owner.clusterName}`]: ['owned', 'shared'] },
    signal,
  )
