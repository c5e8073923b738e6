import { loadBalancerDefault } from '../features/attributes/load-balancer-table.ts'
import { targetGroupDefault } from '../features/attributes/target-group-table.ts'
import type { Attributes, DesiredLoadBalancer } from '../model/model.ts'
import type { Read } from '../model/observed.ts'

/** What is known of the attributes of a resource; one that the plan makes has all defaults. */
export type FoundAttributes = Read<Attributes> | { readonly is: 'new' }

/** Attributes of the load balancer that must be written; undefined when there is none. */
export const loadBalancerAttributeChange = (
  { attributes, scheme }: Pick<DesiredLoadBalancer, 'attributes' | 'scheme'>,
  found: FoundAttributes,
): Attributes | undefined => changeOf(attributes, found, (key) => loadBalancerDefault(key, scheme))

/** Attributes of the target group that must be written; undefined when there is none. */
export const targetGroupAttributeChange = (wanted: Attributes, found: FoundAttributes): Attributes | undefined =>
  changeOf(wanted, found, targetGroupDefault)

/** Whether attributes must be read before it is known what differs. */
export const isUnread = (wanted: Attributes, found: Read<Attributes>): boolean =>
  found.is === 'unread' && Object.keys(wanted).length > 0

/** Only what is named counts, and AWS leaves out what has its default. */
const changeOf = (
  wanted: Attributes,
  found: FoundAttributes,
  defaultOf: (key: string) => string | undefined,
): Attributes | undefined => {
  if (found.is === 'unread') return undefined
  const live = found.is === 'read' ? found.value : {}
  const change = Object.entries(wanted)
    .filter(([key, value]) => (live[key] ?? defaultOf(key) ?? '') !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return change.length === 0 ? undefined : Object.fromEntries(change)
}
