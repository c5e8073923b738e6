import { CreateTagsCommand } from '@aws-sdk/client-ec2'
import {
  AddTagsCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { listenerOn, many } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 31 to 33: tags and describes. */
export function tagAndDescribeCases({
  elb,
  ec2,
  securityGroups,
  targetGroup,
  rule,
  main,
  web,
  http,
  first,
}: Prepared): readonly RefusalCase[] {
  return [
    [31, '51 tags at creation', () => elb.send(targetGroup({ Name: 'n', Tags: many })), 'TooManyTagsException'],
    [
      31,
      '51 tags by AddTags',
      () => elb.send(new AddTagsCommand({ ResourceArns: [web], Tags: many })),
      'TooManyTagsException',
    ],
    [
      31,
      'one key twice',
      () =>
        elb.send(
          new AddTagsCommand({
            ResourceArns: [web],
            Tags: [
              { Key: 'a', Value: '1' },
              { Key: 'a', Value: '2' },
            ],
          }),
        ),
      'DuplicateTagKeysException',
    ],
    [
      31,
      'a key of AWS',
      () => elb.send(new AddTagsCommand({ ResourceArns: [web], Tags: [{ Key: 'aws:a', Value: '1' }] })),
      'ValidationError',
    ],
    [
      31,
      'a key of AWS on a security group',
      () =>
        ec2.send(new CreateTagsCommand({ Resources: [securityGroups.extra], Tags: [{ Key: 'aws:a', Value: '1' }] })),
      'InvalidParameterValue',
    ],
    [
      31,
      '51 tags on a security group',
      () => ec2.send(new CreateTagsCommand({ Resources: [securityGroups.extra], Tags: many })),
      'TagLimitExceeded',
    ],
    [
      32,
      'tags of 21 objects',
      () => elb.send(new DescribeTagsCommand({ ResourceArns: Array.from({ length: 21 }, () => web) })),
      'ValidationError',
    ],
    [
      32,
      'tags of an unknown load balancer',
      () => elb.send(new DescribeTagsCommand({ ResourceArns: [main, `${main}0`] })),
      'LoadBalancerNotFoundException',
    ],
    [
      32,
      'tags of an unknown rule',
      () => elb.send(new DescribeTagsCommand({ ResourceArns: [`${first}0`] })),
      'RuleNotFoundException',
    ],
    [
      32,
      'an unknown load balancer among known ones',
      () => elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [main, `${main}0`] })),
      'LoadBalancerNotFoundException',
    ],
    [
      32,
      'an unknown name',
      () => elb.send(new DescribeLoadBalancersCommand({ Names: ['nobody'] })),
      'LoadBalancerNotFoundException',
    ],
    [
      32,
      'an unknown listener among known ones',
      () => elb.send(new DescribeListenersCommand({ ListenerArns: [http, `${http}0`] })),
      'ListenerNotFoundException',
    ],
    [
      32,
      'a rule of an unknown listener',
      () => elb.send(rule({ ListenerArn: `${http}0` })),
      'ListenerNotFoundException',
    ],
    [
      32,
      'the deletion of an unknown listener',
      () => elb.send(new DeleteListenerCommand({ ListenerArn: `${http}0` })),
      'ListenerNotFoundException',
    ],
    [
      32,
      'an unknown target group among known ones',
      () => elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [web, `${web}0`] })),
      'TargetGroupNotFoundException',
    ],
    [32, 'rules without a listener', () => elb.send(new DescribeRulesCommand({})), 'ValidationError'],
    [
      32,
      'a listener of an unknown load balancer',
      () => elb.send(listenerOn(`${main}0`, 80)),
      'LoadBalancerNotFoundException',
    ],
    [33, 'a page size of 401', () => elb.send(new DescribeLoadBalancersCommand({ PageSize: 401 })), 'ValidationError'],
  ]
}
