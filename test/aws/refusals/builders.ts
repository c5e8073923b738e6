import { AuthorizeSecurityGroupIngressCommand, type IpPermission } from '@aws-sdk/client-ec2'
import { type Action, CreateListenerCommand, type RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'

export const notFound: Action = {
  Type: 'fixed-response',
  Order: 1,
  FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' },
}

export const port80: IpPermission = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }

/** One tag more than an object takes. */
export const many = Array.from({ length: 51 }, (_, index) => ({ Key: `key-${index}`, Value: '' }))

export function authorize(GroupId: string, ...IpPermissions: IpPermission[]): AuthorizeSecurityGroupIngressCommand {
  return new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })
}

export function host(...Values: string[]): RuleCondition {
  return { Field: 'host-header', HostHeaderConfig: { Values } }
}

export function path(...Values: string[]): RuleCondition {
  return { Field: 'path-pattern', PathPatternConfig: { Values } }
}

export function listenerOn(
  LoadBalancerArn: string,
  Port: number,
  Protocol: 'HTTP' | 'HTTPS' = 'HTTP',
  ...actions: Action[]
): CreateListenerCommand {
  return new CreateListenerCommand({
    LoadBalancerArn,
    Port,
    Protocol,
    DefaultActions: actions.length > 0 ? actions : [notFound],
  })
}

export function redirect(RedirectConfig: Action['RedirectConfig']): Action {
  return { Type: 'redirect', RedirectConfig }
}

export function forward(...arns: readonly string[]): Action {
  return {
    Type: 'forward',
    ForwardConfig: { TargetGroups: arns.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 })) },
  }
}
