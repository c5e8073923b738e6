import { protects, protectsFromDeletion } from '../features/attributes/load-balancer.ts'
import { ingressRef } from '../findings/on-spec.ts'
import type { Flags } from '../ingress/flags.ts'
import type { Member } from './evaluation.ts'

/**
 * Members that leave and whose annotations keep the load balancer (`deletion_protection.enabled=true`), by name. Where
 * the annotations are at fault, what the member last brought says it.
 */
export const protectedBy = (members: readonly Member[], flags: Flags): readonly string[] =>
  members
    .filter(({ role }) => role === 'leaving')
    .filter(({ ingress, lastGood }) => {
      const source = { is: 'ingress', object: ingressRef(ingress), annotations: ingress.annotations } as const
      return protectsFromDeletion(source, flags) ?? protects(lastGood?.group.attributes ?? {})
    })
    .map(({ name }) => name)
