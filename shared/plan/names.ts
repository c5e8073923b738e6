import type { Observed } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import type { Ref, Step } from './step.ts'

/** What a reference is called: a name of AWS, `HTTP:80` for a listener, `80:3` for the rule with priority 3. */
export type NameOfRef = (ref: Ref) => string

/** Names of what is observed and of what the steps make, and of `others` by id. */
export const namesOf = (
  observed: Observed,
  steps: readonly Step[],
  others: ReadonlyMap<string, string> = new Map(),
): NameOfRef => {
  const names = new Map<string, string>(others)
  for (const { id, name } of observed.securityGroups) names.set(id, name)
  for (const { arn, name } of observed.targetGroups) names.set(arn, name)
  for (const { arn, name, listeners } of observed.loadBalancers) {
    names.set(arn, name)
    if (listeners.is === 'unread') continue
    for (const listener of listeners.value) {
      names.set(listener.arn, listenerName(listener))
      for (const { arn: rule, priority } of listener.rules)
        names.set(rule, resourceIds.rule({ port: listener.port, priority }))
    }
  }
  for (const step of steps) names.set(step.id, nameOfMade(step))
  return (ref) => {
    const id = 'arn' in ref ? ref.arn : ref.madeBy
    return names.get(id) ?? id
  }
}

const listenerName = ({ protocol, port }: { readonly protocol: string; readonly port: number }): string =>
  `${protocol}:${port}`

const nameOfMade = (step: Step): string => {
  switch (step.is) {
    case 'create-target-group':
      return step.name
    case 'create-listener':
      return listenerName(step)
    case 'create-rule':
      return step.tags[tagKeys.resource] ?? step.id
    default:
      return step.id.split('/').slice(2).join('/')
  }
}
