import { forward, listenerOn, notFound, redirect } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 19 to 22: actions. */
export function actionCases({ elb, rule, main, web, secondHttp, foreign }: Prepared): readonly RefusalCase[] {
  return [
    [19, 'no action', () => elb.send(rule({ Actions: [] })), 'InvalidLoadBalancerActionException'],
    [
      19,
      'two routing actions',
      () =>
        elb.send(
          rule({
            Actions: [
              { ...notFound, Order: 1 },
              { ...notFound, Order: 2 },
            ],
          }),
        ),
      'InvalidLoadBalancerActionException',
    ],
    [
      19,
      'an order twice',
      () => elb.send(rule({ Actions: [notFound, notFound] })),
      'InvalidLoadBalancerActionException',
    ],
    [
      20,
      'a weight of 1000',
      () =>
        elb.send(
          rule({
            Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: web, Weight: 1000 }] } }],
          }),
        ),
      'ValidationError',
    ],
    [
      20,
      'a body of 1025 bytes',
      () =>
        elb.send(
          rule({
            Actions: [
              { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'a'.repeat(1025) } },
            ],
          }),
        ),
      'ValidationError',
    ],
    [
      20,
      'a fixed response of status 301',
      () => elb.send(rule({ Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '301' } }] })),
      'ValidationError',
    ],
    [
      20,
      'a redirect to itself',
      () => elb.send(rule({ Actions: [redirect({ StatusCode: 'HTTP_301' })] })),
      'InvalidLoadBalancerActionException',
    ],
    [
      20,
      'a redirect to its own port and protocol',
      () =>
        elb.send(rule({ Actions: [redirect({ StatusCode: 'HTTP_301', Port: '80', Protocol: 'HTTP', Query: 'a=b' })] })),
      'InvalidLoadBalancerActionException',
    ],
    [
      21,
      'authentication on HTTP',
      () =>
        elb.send(
          rule({
            Actions: [
              { Type: 'authenticate-cognito', Order: 1 },
              { ...notFound, Order: 2 },
            ],
          }),
        ),
      'InvalidLoadBalancerActionException',
    ],
    [
      22,
      'an unknown target group',
      () => elb.send(rule({ Actions: [forward(`${web}0`)] })),
      'TargetGroupNotFoundException',
    ],
    [
      22,
      'a target group of another load balancer',
      () => elb.send(rule({ ListenerArn: secondHttp, Actions: [forward(web)] })),
      'TargetGroupAssociationLimitException',
    ],
    [
      22,
      'a target group of another VPC',
      () => elb.send(rule({ Actions: [forward(foreign)] })),
      'InvalidConfigurationRequestException',
    ],
    [
      22,
      'an unknown target group in a default action',
      () => elb.send(listenerOn(main, 82, 'HTTP', forward(`${web}0`))),
      'TargetGroupNotFoundException',
    ],
    [
      30,
      'six target groups in an action',
      () => elb.send(rule({ Actions: [forward(web, `${web}1`, `${web}2`, `${web}3`, `${web}4`, `${web}5`)] })),
      'TooManyTargetGroupsException',
    ],
  ]
}
