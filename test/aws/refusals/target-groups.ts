import {
  DeleteTargetGroupCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 23 to 26: target groups and targets. */
export function targetGroupCases({
  elb,
  targetGroup,
  web,
  foreign,
  addresses,
  grpc,
  instance,
}: Prepared): readonly RefusalCase[] {
  const register = (...Targets: TargetDescription[]) =>
    elb.send(new RegisterTargetsCommand({ TargetGroupArn: addresses, Targets }))
  return [
    [
      23,
      'a name of a target group with another port',
      () => elb.send(targetGroup({ Port: 30081 })),
      'DuplicateTargetGroupNameException',
    ],
    [23, 'port 0', () => elb.send(targetGroup({ Name: 'n', Port: 0 })), 'ValidationError'],
    [
      24,
      'an interval of 1 second',
      () => elb.send(targetGroup({ Name: 'n', HealthCheckIntervalSeconds: 1 })),
      'ValidationError',
    ],
    [
      24,
      'a timeout of the interval',
      () => elb.send(targetGroup({ Name: 'n', HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10 })),
      'ValidationError',
    ],
    [
      24,
      'an interval set below the timeout',
      () => elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: web, HealthCheckIntervalSeconds: 5 })),
      'ValidationError',
    ],
    [24, 'a threshold of 11', () => elb.send(targetGroup({ Name: 'n', HealthyThresholdCount: 11 })), 'ValidationError'],
    [
      24,
      'success codes up to 500',
      () => elb.send(targetGroup({ Name: 'n', Matcher: { HttpCode: '200-500' } })),
      'ValidationError',
    ],
    [
      24,
      'success codes of GRPC for HTTP',
      () => elb.send(targetGroup({ Name: 'n', Matcher: { GrpcCode: '12' } })),
      'InvalidConfigurationRequestException',
    ],
    [
      24,
      'success codes of HTTP for GRPC',
      () => elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: grpc, Matcher: { HttpCode: '200' } })),
      'InvalidConfigurationRequestException',
    ],
    [
      24,
      'a GRPC code of 100',
      () => elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: grpc, Matcher: { GrpcCode: '0-100' } })),
      'ValidationError',
    ],
    [
      25,
      'the deletion of a target group in use',
      () => elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })),
      'ResourceInUseException',
    ],
    [
      26,
      'an unknown instance',
      () => elb.send(new RegisterTargetsCommand({ TargetGroupArn: web, Targets: [{ Id: 'i-0' }] })),
      'InvalidTargetException',
    ],
    [
      26,
      'an instance of another VPC',
      () => elb.send(new RegisterTargetsCommand({ TargetGroupArn: foreign, Targets: [{ Id: instance }] })),
      'InvalidTargetException',
    ],
    [
      26,
      'an address as an instance',
      () => elb.send(new RegisterTargetsCommand({ TargetGroupArn: web, Targets: [{ Id: '10.0.0.9' }] })),
      'InvalidTargetException',
    ],
    [
      26,
      'an instance with a zone',
      () =>
        elb.send(
          new RegisterTargetsCommand({
            TargetGroupArn: web,
            Targets: [{ Id: instance, AvailabilityZone: 'ap-northeast-1a' }],
          }),
        ),
      'ValidationError',
    ],
    [26, 'an instance as an address', () => register({ Id: instance }), 'ValidationError'],
    [
      26,
      'an address outside the VPC without the zone that says so',
      () => register({ Id: '10.0.16.9' }, { Id: '10.9.0.1' }),
      'InvalidTargetException',
    ],
    [
      26,
      'an address outside the VPC in a zone of it',
      () => register({ Id: '10.9.0.1', AvailabilityZone: 'ap-northeast-1a' }),
      'ValidationError',
    ],
    [26, 'a public address', () => register({ Id: '192.0.2.1', AvailabilityZone: 'all' }), 'InvalidTargetException'],
    [26, 'an IPv6 address among IPv4 ones', () => register({ Id: '2001:db8::1' }), 'InvalidTargetException'],
    [
      30,
      '1,001 targets',
      () =>
        elb.send(
          new RegisterTargetsCommand({
            TargetGroupArn: web,
            Targets: Array.from({ length: 1001 }, (_, index) => ({
              Id: instance,
              Port: index + 1,
            })),
          }),
        ),
      'TooManyTargetsException',
    ],
  ]
}
