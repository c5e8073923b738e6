import type { TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { HealthCheck, Tags } from '../../model/model.ts'
import type { ObservedTarget, ObservedTargetGroup } from '../../model/observed.ts'

/** A target group as AWS answers it (ELBv2 API, `TargetGroup`). */
export const readTargetGroup = (answer: TargetGroup, tags: Tags): ObservedTargetGroup | undefined => {
  if (answer.TargetGroupArn === undefined) return undefined
  return {
    arn: answer.TargetGroupArn,
    name: answer.TargetGroupName ?? '',
    targetType: answer.TargetType ?? 'instance',
    protocol: answer.Protocol ?? '',
    protocolVersion: answer.ProtocolVersion ?? 'HTTP1',
    ipAddressType: answer.IpAddressType ?? 'ipv4',
    port: answer.Port ?? 0,
    vpcId: answer.VpcId ?? '',
    healthCheck: readHealthCheck(answer),
    loadBalancerArns: [...(answer.LoadBalancerArns ?? [])],
    attributes: { is: 'unread' },
    targets: { is: 'unread' },
    tags,
  }
}

const readHealthCheck = (answer: TargetGroup): HealthCheck => ({
  port: answer.HealthCheckPort ?? 'traffic-port',
  protocol: answer.HealthCheckProtocol === 'HTTPS' ? 'HTTPS' : 'HTTP',
  path: answer.HealthCheckPath ?? '/',
  intervalSeconds: answer.HealthCheckIntervalSeconds ?? 0,
  timeoutSeconds: answer.HealthCheckTimeoutSeconds ?? 0,
  healthyThreshold: answer.HealthyThresholdCount ?? 0,
  unhealthyThreshold: answer.UnhealthyThresholdCount ?? 0,
  successCodes: answer.Matcher?.HttpCode ?? answer.Matcher?.GrpcCode ?? '',
})

/** A target and its health (ELBv2 API, `TargetHealthDescription`). */
export const readTarget = (answer: TargetHealthDescription): ObservedTarget => ({
  id: answer.Target?.Id ?? '',
  port: answer.Target?.Port ?? 0,
  state: answer.TargetHealth?.State ?? 'unavailable',
  ...(answer.TargetHealth?.Reason === undefined ? {} : { reason: answer.TargetHealth.Reason }),
  ...(answer.TargetHealth?.Description === undefined ? {} : { description: answer.TargetHealth.Description }),
})
