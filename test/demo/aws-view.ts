import type { AwsState, LoadBalancerState, RuleState, SecurityGroupState } from '../aws/state.ts'

type Texts = Readonly<Record<string, string>>

/** What the account holds, for people: load balancers with listeners and rules, target groups, security groups. */
export function describeAws(state: AwsState): readonly string[] {
  return [
    ...state.loadBalancers.flatMap((loadBalancer) => loadBalancerLines(loadBalancer, state)),
    ...state.targetGroups.flatMap(({ name, settings, tags, targets }) => [
      `target group ${name} (${settings['TargetType']}, ${settings['Protocol']}:${settings['Port']})`,
      `  targets ${targets.map(({ id, port }) => `${id}:${port}`).join(', ')}`,
      `  tags ${tagList(tags)}`,
    ]),
    ...state.securityGroups
      .filter(({ tags, inbound }) => isOurs(tags) || inbound.length > 0)
      .flatMap((group) => securityGroupLines(group, state)),
  ]
}

/** Whether an object carries the ownership tag of the demo's cluster. */
export function isOurs(tags: Texts): boolean {
  return tags['elbv2.k8s.aws/cluster'] === 'demo'
}

function loadBalancerLines(loadBalancer: LoadBalancerState, state: AwsState): readonly string[] {
  const { name, scheme, ipAddressType, subnets, dnsName, tags, listeners } = loadBalancer
  return [
    `load balancer ${name} (${scheme}, ${ipAddressType}, ${subnets.length} subnets)`,
    `  DNS name ${dnsName}`,
    `  tags ${tagList(tags)}`,
    ...listeners.flatMap(({ protocol, port, tls, rules, defaultActions }) => [
      `  listener ${protocol}:${port}`,
      ...(tls === undefined ? [] : [`    certificate ${tls.defaultCertificate}, ${tls.policy}`]),
      ...rules.map((rule) => `    rule ${rule.priority}: ${conditionList(rule)} -> ${actionText(rule.actions, state)}`),
      `    otherwise: ${actionText(defaultActions, state)}`,
    ]),
  ]
}

function conditionList({ conditions }: RuleState): string {
  return conditions
    .map(
      ({ field, values }) =>
        `${field} ${values.map((value) => (typeof value === 'string' ? value : value.value)).join(' or ')}`,
    )
    .join(', ')
}

function actionText(actions: RuleState['actions'], state: AwsState): string {
  return actions
    .map((action) => {
      switch (action.type) {
        case 'forward':
          return action.targetGroups
            .map(({ arn }) => state.targetGroups.find((targetGroup) => targetGroup.arn === arn)?.name ?? arn)
            .join(', ')
        case 'redirect':
          return `redirect ${action.statusCode}`
        case 'fixed-response':
          return `answer ${action.statusCode}`
        default:
          return action satisfies never
      }
    })
    .join(', ')
}

function securityGroupLines({ id, name, tags, inbound }: SecurityGroupState, state: AwsState): readonly string[] {
  const nameOf = (source: string) => state.securityGroups.find((group) => group.id === source)?.name ?? source
  return [
    `security group ${name} (${id})`,
    ...inbound.map(
      ({ protocol, from, to, source }) =>
        `  lets in ${protocol} ${from === to ? from : `${from}-${to}`} from ${nameOf(source)}`,
    ),
    `  tags ${tagList(tags)}`,
  ]
}

function tagList(tags: Texts): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
}
