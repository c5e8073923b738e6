import {
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 23 to 26, and row 7 for attributes: target groups and targets. */
export function targetGroupCases({ elb, targetGroup, web, foreign, instance }: Prepared): readonly RefusalCase[] {
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
      7,
      'a deregistration delay of 3601 seconds',
      () =>
        elb.send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn: web,
            Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '3601' }],
          }),
        ),
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
