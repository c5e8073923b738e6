import type { Call } from '../../aws/emulator.ts'
import type { AwsState } from '../../aws/state.ts'

/** What ids and ARNs are called in a plan: a name, `:80` for a listener, `80:3` for the rule with priority 3. */
export type NamesById = ReadonlyMap<string, string>

/** The names of everything in the account; those of `before` count for what was there. */
export const namesById = (before: AwsState, after: AwsState): NamesById =>
  new Map([...entriesOf(after), ...entriesOf(before)])

const entriesOf = ({
  loadBalancers,
  targetGroups,
  securityGroups,
}: AwsState): readonly (readonly [string, string])[] => [
  ...securityGroups.map(({ id, name }) => [id, name] as const),
  ...targetGroups.map(({ arn, name }) => [arn, name] as const),
  ...loadBalancers.flatMap(({ arn, name, listeners }) => [
    [arn, name] as const,
    ...listeners.flatMap(({ arn: listener, port, rules }) => [
      [listener, `:${port}`] as const,
      ...rules.map(({ arn: rule, priority }) => [rule, `${port}:${priority}`] as const),
    ]),
  ]),
]

/** A write that was made, as `ACTION ON`, comparable with `plannedWrites`. */
export const madeWrite = ({ action, parameters }: Call, names: NamesById): string => {
  const at = (key: string): string => {
    const id = parameters[key] ?? ''
    return names.get(id) ?? id
  }
  switch (action) {
    case 'CreateSecurityGroup':
      return `${action} ${parameters['GroupName'] ?? ''}`
    case 'DeleteSecurityGroup':
    case 'AuthorizeSecurityGroupIngress':
    case 'RevokeSecurityGroupIngress':
      return `${action} ${at('GroupId')}`
    case 'CreateTags':
    case 'DeleteTags':
      return `${action} ${at('ResourceId.1')}`
    case 'AddTags':
    case 'RemoveTags':
      return `${action} ${at('ResourceArns.member.1')}`
    case 'CreateLoadBalancer':
    case 'CreateTargetGroup':
      return `${action} ${parameters['Name'] ?? ''}`
    case 'CreateListener':
      return `${action} :${parameters['Port'] ?? ''}`
    case 'CreateRule':
      return `${action} ${at('ListenerArn').slice(1)}:${parameters['Priority'] ?? ''}`
    case 'SetRulePriorities':
      return `${action} ${Object.keys(parameters)
        .filter((key) => key.endsWith('.RuleArn'))
        .map(at)
        .toSorted()
        .join(' ')}`
    default: {
      const [id = ''] = ['RuleArn', 'ListenerArn', 'TargetGroupArn', 'LoadBalancerArn'].filter(
        (key) => parameters[key] !== undefined,
      )
      return `${action} ${at(id)}`
    }
  }
}

/** The writes of a plan, as `ACTION ON`. The protocol of a listener, which a change may move, is left out. */
export const plannedWrites = ({
  writes,
}: {
  readonly writes: Readonly<Record<string, readonly string[]>>
}): readonly string[] =>
  Object.entries(writes).flatMap(([action, on]) =>
    on.map((name) =>
      action === 'SetRulePriorities'
        ? `${action} ${name.split(' ').toSorted().join(' ')}`
        : `${action} ${name.replace(/^HTTPS?:(?=\d+$)/, ':')}`,
    ),
  )

/** What the one list has more than the other, each as often as it has it more. */
export const surplus = (of: readonly string[], over: readonly string[]): readonly string[] => {
  const left = [...over]
  return of.filter((each) => {
    const index = left.indexOf(each)
    if (index < 0) return true
    left.splice(index, 1)
    return false
  })
}
