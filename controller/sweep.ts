import type { Inventory } from '../shared/aws/inventory.ts'
import type { ControllerCaches } from '../shared/cluster/caches.ts'
import type { Settings } from '../shared/process/settings.ts'
import { nameOf } from '../shared/kubernetes/objects.ts'
import type { GroupKey } from '../shared/model/model.ts'
import { allGroups } from './triggers.ts'

/**
 * The groups to look at again: those of Ingresses, and those of which AWS holds something that no Ingress explains. With
 * `--watch-namespace` the Ingresses of other namespaces are unknown, so their resources are left alone. Stacks with an
 * explicit name are left alone too: which Ingresses they belong to is not known yet.
 */
export const groupsToLookAt = (
  inventory: Pick<Inventory, 'allGroups'>,
  caches: ControllerCaches,
  { flags, process }: Pick<Settings, 'flags' | 'process'>,
): readonly GroupKey[] => {
  const isWatched = (group: GroupKey): boolean =>
    group.includes('/') && (process.watchNamespace === '' || group.startsWith(`${process.watchNamespace}/`))
  return [...new Set([...allGroups(caches, flags), ...inventory.allGroups().filter(isWatched)])].toSorted()
}

/** All bindings, for the first pass over everything and for each resync. */
export const allBindings = (caches: ControllerCaches): readonly string[] =>
  caches.bindings.list().map(nameOf).toSorted()
