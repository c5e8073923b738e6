import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { host, path } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Row 18: conditions. */
export function conditionCases({ elb, rule, first }: Prepared): readonly RefusalCase[] {
  return [
    [18, 'no condition', () => elb.send(rule({ Conditions: [] })), 'ValidationError'],
    [
      18,
      'a condition without values',
      () => elb.send(rule({ Conditions: [{ Field: 'host-header', HostHeaderConfig: {} }] })),
      'ValidationError',
    ],
    [
      18,
      'six values',
      () => elb.send(rule({ Conditions: [host('a.aa', 'b.bb', 'c.cc'), path('/a', '/b', '/c')] })),
      'ValidationError',
    ],
    [18, 'six wildcards', () => elb.send(rule({ Conditions: [path('/*/*/*', '/?/?/?')] })), 'ValidationError'],
    [
      18,
      'two conditions on the path',
      () => elb.send(rule({ Conditions: [path('/a'), path('/b')] })),
      'ValidationError',
    ],
    [
      18,
      'a path of 129 characters',
      () => elb.send(rule({ Conditions: [path(`/${'a'.repeat(128)}`)] })),
      'ValidationError',
    ],
    [18, 'a path with a blank', () => elb.send(rule({ Conditions: [path('/a b')] })), 'ValidationError'],
    [18, 'a host without a dot', () => elb.send(rule({ Conditions: [host('localhost')] })), 'ValidationError'],
    [
      18,
      'a block with host bits',
      () => elb.send(rule({ Conditions: [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1/24'] } }] })),
      'ValidationError',
    ],
    [
      18,
      'the header Host',
      () =>
        elb.send(
          rule({ Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Host', Values: ['a'] } }] }),
        ),
      'ValidationError',
    ],
    [
      18,
      'a method in lower case',
      () =>
        elb.send(
          rule({ Conditions: [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }] }),
        ),
      'ValidationError',
    ],
    [
      18,
      'conditions of a modified rule',
      () => elb.send(new ModifyRuleCommand({ RuleArn: first, Conditions: [host('localhost')] })),
      'ValidationError',
    ],
  ]
}
