import type { NameOfRef } from './names.ts'
import type { Ref, Step } from './step.ts'

/** `+` is made, `~` changed, `-` removed. */
export type Sign = '+' | '~' | '-'

/** So many resources of one kind that a plan makes, changes or removes. */
export interface Part {
  readonly sign: Sign
  readonly count: number
  /** In the singular: `rule on nodes`. */
  readonly noun: string
  readonly plural: string
  readonly names: readonly string[]
}

/** Kinds in the order in which they are told. */
const kinds = [
  { noun: 'security group', plural: 'security groups' },
  { noun: 'rule on nodes', plural: 'rules on nodes' },
  { noun: 'listener', plural: 'listeners' },
  { noun: 'rule', plural: 'rules' },
  { noun: 'rule priority', plural: 'rule priorities' },
  { noun: 'target group', plural: 'target groups' },
  { noun: 'certificate', plural: 'certificates' },
  { noun: 'inbound rule', plural: 'inbound rules' },
  { noun: 'target', plural: 'targets' },
  { noun: 'set of tags', plural: 'sets of tags' },
] as const

type Noun = (typeof kinds)[number]['noun']

interface Item {
  readonly sign: Sign
  readonly noun: Noun
  readonly count: number
  readonly name?: string
}

/** What a plan does, counted by kind; load balancers are told by themselves. */
export const partsOf = (steps: readonly Step[], name: NameOfRef): readonly Part[] => {
  const made = new Set(steps.map(({ id }) => id))
  const gone = new Set(steps.flatMap((step) => (step.is === 'delete-target-group' ? [name(step.targetGroup)] : [])))
  const isNew = (ref: Ref): boolean => made.has('arn' in ref ? ref.arn : ref.madeBy)
  const items = paired(steps.flatMap((step) => itemsOf(step, { name, isNew, isGone: (ref) => gone.has(name(ref)) })))
  return (['+', '~', '-'] as const).flatMap((sign) =>
    kinds.flatMap(({ noun, plural }) => {
      const alike = items.filter((item) => item.sign === sign && item.noun === noun)
      const names = namesIn(alike)
      // One resource may take several steps.
      const isNamed = names.length > 0 && alike.every((item) => item.name !== undefined)
      const count = isNamed ? names.length : alike.reduce((sum, item) => sum + item.count, 0)
      return count === 0
        ? []
        : [
            {
              sign,
              count,
              noun,
              plural,
              names: noun === 'target group' && sign === '+' ? targetGroupNames(steps) : names,
            },
          ]
    }),
  )
}

interface Looks {
  readonly name: NameOfRef
  /** Made by the plan itself: what is put into it is not told besides. */
  readonly isNew: (ref: Ref) => boolean
  /** A target group that the plan deletes. */
  readonly isGone: (ref: Ref) => boolean
}

const itemsOf = (step: Step, { name, isNew, isGone }: Looks): readonly Item[] => {
  switch (step.is) {
    case 'create-security-group':
      return [{ sign: '+', noun: 'security group', count: 1 }]
    case 'delete-security-group':
      return [{ sign: '-', noun: 'security group', count: 1, name: step.name }]
    case 'authorize-ingress':
    case 'revoke-ingress': {
      const sign = step.is === 'authorize-ingress' ? '+' : '-'
      if (step.lane === 'security') return [{ sign, noun: 'rule on nodes', count: step.rules.length }]
      return isNew(step.securityGroup) ? [] : [{ sign, noun: 'inbound rule', count: step.rules.length }]
    }
    case 'create-target-group':
      return [{ sign: '+', noun: 'target group', count: 1 }]
    case 'modify-target-group':
      return [{ sign: '~', noun: 'target group', count: 1, name: name(step.targetGroup) }]
    case 'modify-target-group-attributes':
      return isNew(step.targetGroup)
        ? []
        : [{ sign: '~', noun: 'target group', count: 1, name: name(step.targetGroup) }]
    case 'delete-target-group':
      return [{ sign: '-', noun: 'target group', count: 1, name: step.name }]
    case 'create-listener':
      return [{ sign: '+', noun: 'listener', count: 1, name: `${step.protocol}:${step.port}` }]
    case 'modify-listener':
      return [{ sign: '~', noun: 'listener', count: 1, name: `${step.protocol}:${step.port}` }]
    case 'delete-listener':
      return [{ sign: '-', noun: 'listener', count: 1, name: name(step.listener) }]
    case 'add-listener-certificate':
      return isNew(step.listener) ? [] : [{ sign: '+', noun: 'certificate', count: 1 }]
    case 'remove-listener-certificate':
      return [{ sign: '-', noun: 'certificate', count: 1 }]
    case 'create-rule':
      return [{ sign: '+', noun: 'rule', count: 1 }]
    case 'modify-rule':
      return [{ sign: '~', noun: 'rule', count: 1 }]
    case 'set-rule-priorities':
      return [{ sign: '~', noun: 'rule priority', count: step.priorities.length }]
    case 'delete-rule':
      return [{ sign: '-', noun: 'rule', count: 1 }]
    case 'register-targets':
      return isNew(step.targetGroup) ? [] : [{ sign: '+', noun: 'target', count: step.targets.length }]
    case 'deregister-targets':
      return isGone(step.targetGroup) ? [] : [{ sign: '-', noun: 'target', count: step.targets.length }]
    case 'tag':
    case 'tag-ec2':
      return [{ sign: '~', noun: 'set of tags', count: 1 }]
    case 'create-load-balancer':
    case 'set-security-groups':
    case 'set-subnets':
    case 'set-ip-address-type':
    case 'modify-load-balancer-attributes':
    case 'delete-load-balancer':
    case 'apply-binding':
    case 'delete-binding':
    case 'await-targets':
      return []
    default:
      return step satisfies never
  }
}

/** A range of ports on nodes that grows or shrinks is one rule made and one removed: told as one that changes. */
const paired = (items: readonly Item[]): readonly Item[] => {
  const isOnNodes = ({ noun }: Item): boolean => noun === 'rule on nodes'
  const count = (sign: Sign): number =>
    items.filter((item) => isOnNodes(item) && item.sign === sign).reduce((sum, item) => sum + item.count, 0)
  const both = Math.min(count('+'), count('-'))
  if (both === 0) return items
  const rest = (['+', '-'] as const).map((sign): Item => ({ sign, noun: 'rule on nodes', count: count(sign) - both }))
  return [...items.filter((item) => !isOnNodes(item)), { sign: '~', noun: 'rule on nodes', count: both }, ...rest]
}

const namesIn = (items: readonly Item[]): readonly string[] => [...new Set(items.flatMap(({ name }) => name ?? []))]

/** `instance, node port 31509`, or `ip`: Pods have ports of their own. */
const targetGroupNames = (steps: readonly Step[]): readonly string[] => {
  const made = steps.flatMap((step) => (step.is === 'create-target-group' ? [step] : []))
  const onNodes = made.filter(({ targetType }) => targetType === 'instance')
  const ports = [...new Set(onNodes.map(({ port }) => port))].toSorted((a, b) => a - b)
  const types = [...new Set(made.map(({ targetType }) => targetType))]
  const few =
    ports.length > 0 && ports.length <= 4 ? [`node port${ports.length === 1 ? '' : 's'} ${ports.join(', ')}`] : []
  return [...types, ...few]
}
