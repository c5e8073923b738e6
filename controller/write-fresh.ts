import type { ClusterClient } from '../shared/cluster/client.ts'
import { hasRemedy } from '../shared/cluster/errors.ts'
import { getIngress } from '../shared/cluster/resources.ts'
import type { Ingress } from '../shared/kubernetes/objects.ts'

/** An object is no longer what the cache showed; the pass begins anew when the cache has caught up. */
export class Outdated extends Error {
  override readonly name = 'Outdated'
}

const attempts = 5

/**
 * Writes to an Ingress under its optimistic lock, and again from a fresh read when somebody else wrote meanwhile.
 * @param write makes the write for the object as it is; `undefined` where there is nothing to write
 * @returns the Ingress after the write; `undefined` when it is gone or its name belongs to another UID
 */
export const writeFresh = async (
  client: ClusterClient,
  ingress: Ingress,
  write: (now: Ingress) => Promise<Ingress> | undefined,
): Promise<Ingress | undefined> => {
  let now: Ingress | undefined = ingress
  for (let attempt = 1; now !== undefined && now.uid === ingress.uid; attempt += 1) {
    const writing = write(now)
    if (writing === undefined) return now
    try {
      // oxlint-disable-next-line no-await-in-loop -- each attempt starts from what the one before found
      return await writing
    } catch (error) {
      if (hasRemedy(error, 'not-found')) return undefined
      if (!hasRemedy(error, 'conflict') || attempt === attempts) throw error
      // oxlint-disable-next-line no-await-in-loop
      now = await getIngress(client, ingress)
    }
  }
  return undefined
}
