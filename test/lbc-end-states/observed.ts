import type {
  Observed,
  ObservedListener,
  ObservedAction,
  ObservedSecurityGroup,
  ObservedTarget,
} from '../../shared/model/observed.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import { readTargetGroupBinding } from '../../shared/kubernetes/read.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { EndStateAction, EndStateListener, LbcCase } from './case.ts'
import { backendGroupWanted, certificateArns, securityGroupIds, subnetIds } from './world.ts'

/** An end state of LBC as our two processes read it from AWS and from the cluster. ARNs and ids are the symbols. */
export interface Left {
  readonly observed: Observed
  readonly bindings: readonly TargetGroupBinding[]
  readonly targets: ReadonlyMap<string, readonly ObservedTarget[]>
  readonly backendGroup: string
  readonly nodes: ObservedSecurityGroup
}

export const leftBy = ({ namespace, aws, kubernetes }: LbcCase): Left => {
  const groups = aws.securityGroups.map((group): ObservedSecurityGroup => ({
    ...group,
    id: `sg:${group.name}`,
    vpcId: 'vpc',
    inbound: group.inbound.map(([protocol, fromPort, toPort, source, description]) => ({
      protocol,
      fromPort,
      toPort,
      source: source.startsWith('sg:') ? { is: 'group', groupId: source } : { is: 'cidr', cidr: source },
      description,
    })),
  }))
  const nodes = groups.find(({ name }) => name === 'nodes')
  if (nodes === undefined) throw new Error('a case has the group of the nodes')
  return {
    observed: {
      complete: true,
      loadBalancers: aws.loadBalancers.map(
        ({ name, scheme, ip, subnets, groups: ids, tags, listeners, attributes }) => ({
          arn: `alb:${name}`,
          name,
          dnsName: `${name}.example`,
          scheme,
          state: 'active',
          ipAddressType: ip,
          vpcId: 'vpc',
          subnetIds: subnets.map((symbol) => subnetIds.get(symbol) ?? symbol),
          securityGroupIds: ids.map((symbol) => securityGroupIds.get(symbol) ?? symbol),
          attributes: { is: 'read', value: attributes ?? {} },
          tags,
          listeners: {
            is: 'read',
            value: listeners.map(({ port, protocol, defaultActions, rules, tags: own, ...tls }) => ({
              arn: `listener:${port}`,
              port,
              protocol,
              ...tlsOf(tls),
              defaultActions: defaultActions.map(actionOf),
              tags: own,
              rules: rules.map(({ priority, conditions, actions, tags: ofRule }) => ({
                arn: `rule:${port}:${priority}`,
                priority,
                conditions,
                actions: actions.map(actionOf),
                tags: ofRule,
              })),
            })),
          },
        }),
      ),
      targetGroups: aws.targetGroups.map((group) => ({
        arn: arnOf(group.tags),
        name: group.name,
        targetType: group.TargetType,
        protocol: group.Protocol,
        protocolVersion: group.ProtocolVersion,
        ipAddressType: group.IpAddressType,
        port: group.Port,
        vpcId: 'vpc',
        healthCheck: {
          port: group.HealthCheckPort,
          protocol: group.HealthCheckProtocol,
          path: group.HealthCheckPath,
          intervalSeconds: group.HealthCheckIntervalSeconds,
          timeoutSeconds: group.HealthCheckTimeoutSeconds,
          healthyThreshold: group.HealthyThresholdCount,
          unhealthyThreshold: group.UnhealthyThresholdCount,
          successCodes: 'HttpCode' in group.Matcher ? group.Matcher.HttpCode : group.Matcher.GrpcCode,
        },
        loadBalancerArns: aws.loadBalancers.map(({ name }) => `alb:${name}`),
        targets: { is: 'unread' },
        attributes: { is: 'read', value: group.attributes ?? {} },
        tags: group.tags,
      })),
      securityGroups: groups.filter(({ tags }) => tags[tagKeys.stack] !== undefined),
    },
    bindings: kubernetes.bindings.map(({ name, labels, finalizers, spec }) =>
      readTargetGroupBinding({
        metadata: { namespace, name, labels, finalizers },
        spec: { ...spec, targetGroupARN: arnOf(targetGroupOf(aws, spec.serviceRef).tags) },
      }),
    ),
    targets: new Map(
      aws.targetGroups.map(({ tags, targets }) => [
        arnOf(tags),
        targets.map(([node, port]) => ({ id: node.replace('node:', 'i-0'), port, state: 'healthy' })),
      ]),
    ),
    backendGroup: `sg:${backendGroupWanted.name}`,
    nodes,
  }
}

const arnOf = (tags: Readonly<Record<string, string>>): string => `tg:${tags[tagKeys.resource] ?? ''}`

const arnOfCertificate = (symbol: string): string => certificateArns.get(symbol) ?? symbol

const tlsOf = ({
  policy,
  default: [standard],
  extra,
}: Pick<EndStateListener, 'policy' | 'default' | 'extra'>): Pick<ObservedListener, 'tls'> =>
  policy === null || standard === undefined
    ? {}
    : {
        tls: {
          sslPolicy: policy,
          defaultCertificate: arnOfCertificate(standard),
          certificates: extra.map(arnOfCertificate),
        },
      }

const actionOf = (action: EndStateAction): ObservedAction => {
  if ('groups' in action) return { is: 'forward', targetGroupArns: action.groups.map(([symbol]) => symbol) }
  if (action.Type === 'redirect') {
    const { Port, Protocol, StatusCode } = action.RedirectConfig
    return { is: 'redirect', protocol: Protocol, port: Port, statusCode: StatusCode }
  }
  const { ContentType, StatusCode, MessageBody } = action.FixedResponseConfig
  return {
    is: 'fixed-response',
    statusCode: StatusCode,
    contentType: ContentType,
    ...(MessageBody === undefined ? {} : { messageBody: MessageBody }),
  }
}

/** The one target group whose resource id ends in the Service and port of a binding. */
const targetGroupOf = (
  aws: LbcCase['aws'],
  { name, port }: LbcCase['kubernetes']['bindings'][number]['spec']['serviceRef'],
): LbcCase['aws']['targetGroups'][number] => {
  const found = aws.targetGroups.find(({ tags }) => tags[tagKeys.resource]?.endsWith(`-${name}:${String(port)}`))
  if (found === undefined) throw new Error(`no target group of ${name}:${String(port)}`)
  return found
}
