import { clusterView } from '../../shared/cluster/caches.ts'
import type { ControllerCaches } from '../../shared/cluster/caches.ts'
import type { ClusterClient } from '../../shared/cluster/client.ts'
import { getIngress } from '../../shared/cluster/resources.ts'
import type { Member } from '../../shared/group/evaluation.ts'
import type { GroupRecord } from '../../shared/group/record.ts'
import type { Flags } from '../../shared/ingress/flags.ts'
import { membershipOf } from '../../shared/ingress/membership.ts'
import type { Ingress } from '../../shared/kubernetes/objects.ts'
import type { GroupKey } from '../../shared/model/model.ts'

/**
 * The members of a group. What the cache says is enough to build; that a member leaves, or that there is none, is asked of
 * the API server itself, since deletions follow from it and a watch may be behind.
 */
export const membersOf = async (
  io: { readonly caches: ControllerCaches; readonly cluster: ClusterClient; readonly flags: Flags },
  group: GroupKey,
  record: GroupRecord | undefined,
): Promise<readonly Member[]> => {
  const cached = io.caches.ingresses.get(group)
  const fromCache = cached === undefined ? [] : memberOf(io, cached, group, record)
  if (fromCache.some(({ role }) => role === 'present')) return fromCache
  const [namespace = '', name = ''] = group.split('/')
  const fresh = await getIngress(io.cluster, { namespace, name })
  return fresh === undefined ? [] : memberOf(io, fresh, group, record)
}

const memberOf = (
  io: { readonly caches: ControllerCaches; readonly flags: Flags },
  ingress: Ingress,
  group: GroupKey,
  record: GroupRecord | undefined,
): readonly Member[] => {
  const membership = membershipOf(ingress, clusterView(io.caches), io.flags)
  if (membership.is === 'stranger' || membership.group !== group) return []
  const lastGood = record?.members[group]
  return [{ name: group, ingress, role: membership.is, ...(lastGood === undefined ? {} : { lastGood }) }]
}
