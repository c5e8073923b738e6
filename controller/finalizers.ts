import type { ClusterClient } from '../shared/cluster/client.ts'
import { patchFinalizers } from '../shared/cluster/resources.ts'
import type { Ingress } from '../shared/kubernetes/objects.ts'
import { readIngress } from '../shared/kubernetes/read.ts'
import { Outdated, writeFresh } from './write-fresh.ts'

/**
 * Gives an Ingress the finalizer of its group, before anything is made for it in AWS.
 * @returns the Ingress as it is then
 * @throws Outdated when it is being deleted, is gone or was replaced meanwhile
 */
export const addFinalizer = async (
  client: ClusterClient,
  ingress: Ingress,
  finalizer: string,
  signal?: AbortSignal,
): Promise<Ingress> => {
  const now = await writeFresh(client, ingress, (now) => {
    if (now.finalizers.includes(finalizer)) return undefined
    if (now.deletionTimestamp !== undefined) throw new Outdated(`${now.namespace}/${now.name} is being deleted`)
    return patch(client, now, [...now.finalizers, finalizer], signal)
  })
  if (now === undefined) throw new Outdated(`${ingress.namespace}/${ingress.name} is gone`)
  return now
}

/** Takes the finalizer of the group from an Ingress that left, after the last of it is gone from AWS. */
export const removeFinalizer = async (
  client: ClusterClient,
  ingress: Ingress,
  finalizer: string,
  signal?: AbortSignal,
): Promise<void> => {
  await writeFresh(client, ingress, (now) =>
    now.finalizers.includes(finalizer)
      ? patch(
          client,
          now,
          now.finalizers.filter((one) => one !== finalizer),
          signal,
        )
      : undefined,
  )
}

const patch = async (
  client: ClusterClient,
  now: Ingress,
  finalizers: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Ingress> => readIngress(await patchFinalizers(client, 'ingresses', now, finalizers, signal))
