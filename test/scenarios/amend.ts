import type { AwsMemory } from '../laws/world.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { Amendment } from './scenario.ts'

type Fields = NonNullable<Amendment['fields']>

/** Does to the AWS in memory what somebody else did. */
export const amend = (memory: AwsMemory, amendment: Amendment): void => {
  const { on, id } = amendment
  const listeners = [...memory.loadBalancers.values()]
  switch (on) {
    case 'load-balancer':
      return inMap(memory.loadBalancers, ({ tags }) => idOf(tags) === id, 'arn', amendment)
    case 'target-group':
      return inMap(memory.targetGroups, ({ tags }) => idOf(tags) === id, 'arn', amendment)
    case 'security-group':
      return inMap(memory.securityGroups, ({ tags }) => idOf(tags) === id, 'id', amendment)
    case 'binding': {
      const arn = [...memory.targetGroups.values()].find(({ tags }) => idOf(tags) === id)?.arn
      return inMap(memory.bindings, ({ spec }) => spec.targetGroupARN === arn, 'name', amendment)
    }
    case 'listener':
      return once(
        listeners.map((balancer) => inList(balancer.listeners, ({ tags }) => idOf(tags) === id, amendment)),
        amendment,
      )
    case 'rule':
      return once(
        listeners.flatMap((balancer) =>
          balancer.listeners.map(({ rules }) => inList(rules, ({ tags }) => idOf(tags) === id, amendment)),
        ),
        amendment,
      )
    default:
      return on satisfies never
  }
}

const idOf = (tags: Readonly<Record<string, string>>): string | undefined =>
  tags[tagKeys.resource] ?? tags[tagKeys.clusterResource]

const once = (found: readonly boolean[], { on, id }: Amendment): void => {
  if (!found.includes(true)) throw new Error(`there is no ${on} ${id}`)
}

const inMap = <T extends object>(
  map: Map<string, T>,
  isIt: (each: T) => boolean,
  keyField: string,
  amendment: Amendment,
): void => {
  const [found] = [...map].filter(([, each]) => isIt(each))
  once([found !== undefined], amendment)
  if (found === undefined) return
  const [key, resource] = found
  switch (amendment.do) {
    case 'delete':
      map.delete(key)
      return
    case 'change':
      map.set(key, merged(resource, amendment.fields ?? {}))
      return
    case 'copy': {
      const copy = merged(resource, { [keyField]: `${key}-copy`, ...amendment.fields })
      map.set(String(Reflect.get(copy, keyField)), copy)
      return
    }
    default:
      amendment.do satisfies never
  }
}

/** Lists are changed in place, as the memory holds them. */
const inList = <T extends object>(list: T[], isIt: (each: T) => boolean, amendment: Amendment): boolean => {
  const index = list.findIndex(isIt)
  const found = list[index]
  if (found === undefined) return false
  switch (amendment.do) {
    case 'delete':
      list.splice(index, 1)
      return true
    case 'change':
      list[index] = merged(found, amendment.fields ?? {})
      return true
    case 'copy':
      list.push(merged(found, { arn: `${String(Reflect.get(found, 'arn'))}-copy-${list.length}`, ...amendment.fields }))
      return true
    default:
      return amendment.do satisfies never
  }
}

/** The resource with fields of `observed.yaml` in it, which stand there in the shape of the resource. */
const merged = <T extends object>(resource: T, fields: Fields): T => {
  const result = structuredClone(resource)
  for (const [key, value] of Object.entries(fields)) {
    const old: unknown = Reflect.get(result, key)
    if (value === null) Reflect.deleteProperty(result, key)
    else Reflect.set(result, key, isObject(value) && isObject(old) ? merged(old, value) : value)
  }
  return result
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
