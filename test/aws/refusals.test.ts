import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import {
  type Action,
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  type RuleCondition,
  SetIpAddressTypeCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { startTestBed } from './testing.ts'

const notFound: Action = {
  Type: 'fixed-response',
  Order: 1,
  FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' },
}
const anyPath: RuleCondition = { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }

const port80: IpPermission = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
const many = Array.from({ length: 51 }, (_, index) => ({ Key: `key-${index}`, Value: '' }))

void t.test('what AWS refuses', async (t) => {
  const { emulator, fixture, elb, ec2 } = await startTestBed(t)
  const { subnets, m11Subnets, securityGroups } = fixture
  const publicSubnets = [subnets['public-a'].id, subnets['public-c'].id]

  const loadBalancer = (change: Partial<CreateLoadBalancerCommandInput> = {}) =>
    new CreateLoadBalancerCommand({
      Name: 'main',
      Scheme: 'internet-facing',
      Type: 'application',
      Subnets: publicSubnets,
      SecurityGroups: [securityGroups.extra],
      ...change,
    })
  const targetGroup = (change: Partial<CreateTargetGroupCommandInput> = {}) =>
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 30080,
      VpcId: fixture.vpcId,
      TargetType: 'instance',
      ...change,
    })

  const main = given((await elb.send(loadBalancer())).LoadBalancers?.[0]?.LoadBalancerArn)
  const second = given((await elb.send(loadBalancer({ Name: 'second' }))).LoadBalancers?.[0]?.LoadBalancerArn)
  const web = given((await elb.send(targetGroup())).TargetGroups?.[0]?.TargetGroupArn)
  const listener = async (arn: string, port: number) =>
    given(
      (
        await elb.send(
          new CreateListenerCommand({ LoadBalancerArn: arn, Port: port, Protocol: 'HTTP', DefaultActions: [notFound] }),
        )
      ).Listeners?.[0]?.ListenerArn,
    )
  const http = await listener(main, 80)
  const http81 = await listener(main, 81)
  const secondHttp = await listener(second, 80)
  const rule = (
    change: {
      readonly ListenerArn?: string
      readonly Priority?: number
      readonly Conditions?: RuleCondition[]
      readonly Actions?: Action[]
    } = {},
  ) => new CreateRuleCommand({ ListenerArn: http, Priority: 9, Conditions: [anyPath], Actions: [notFound], ...change })
  const first = given((await elb.send(rule({ Priority: 1, Actions: [forward(web)] }))).Rules?.[0]?.RuleArn)
  const other = given((await elb.send(rule({ Priority: 2 }))).Rules?.[0]?.RuleArn)
  const foreign = given(
    (await elb.send(targetGroup({ Name: 'foreign', VpcId: fixture.m11VpcId }))).TargetGroups?.[0]?.TargetGroupArn,
  )
  const defaultRule = given(
    (await elb.send(new DescribeRulesCommand({ ListenerArn: http }))).Rules?.find((known) => known.IsDefault === true)
      ?.RuleArn,
  )
  const strangerGroup = given(
    (
      await ec2.send(
        new CreateSecurityGroupCommand({ GroupName: 'stranger', Description: 'stranger', VpcId: fixture.m11VpcId }),
      )
    ).GroupId,
  )
  await ec2.send(
    authorize(securityGroups.nodes, {
      IpProtocol: 'tcp',
      FromPort: 30080,
      ToPort: 30080,
      UserIdGroupPairs: [{ GroupId: securityGroups.other }],
    }),
  )
  await elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: second,
      Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
    }),
  )

  const ours: readonly (readonly [row: number, name: string, call: () => Promise<unknown>, code: string])[] = [
    [1, 'a name of 33 characters', () => elb.send(loadBalancer({ Name: 'a'.repeat(33) })), 'ValidationError'],
    [1, 'a name with an underscore', () => elb.send(loadBalancer({ Name: 'a_b' })), 'ValidationError'],
    [1, 'a name that ends with a hyphen', () => elb.send(loadBalancer({ Name: 'a-' })), 'ValidationError'],
    [1, 'a name that begins with internal-', () => elb.send(loadBalancer({ Name: 'internal-a' })), 'ValidationError'],
    [
      2,
      'a name of a load balancer with another scheme',
      () => elb.send(loadBalancer({ Scheme: 'internal' })),
      'DuplicateLoadBalancerNameException',
    ],
    [
      3,
      'one subnet',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets['public-a'].id] })),
      'ValidationError',
    ],
    [
      3,
      'two subnets of one zone',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets['public-a'].id, subnets['private-a'].id] })),
      'InvalidConfigurationRequestException',
    ],
    [
      3,
      'subnets of two VPCs',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets['public-a'].id, m11Subnets.stage.id] })),
      'InvalidConfigurationRequestException',
    ],
    [
      3,
      'one subnet by SetSubnets',
      () => elb.send(new SetSubnetsCommand({ LoadBalancerArn: main, Subnets: [subnets['public-a'].id] })),
      'ValidationError',
    ],
    [
      4,
      'an unknown subnet',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: ['subnet-0', subnets['public-a'].id] })),
      'SubnetNotFoundException',
    ],
    [
      4,
      'a subnet that is too full',
      () => elb.send(loadBalancer({ Name: 'n', Subnets: [subnets.full.id, subnets['public-c'].id] })),
      'InvalidSubnetException',
    ],
    [
      6,
      'an unknown security group',
      () => elb.send(loadBalancer({ Name: 'n', SecurityGroups: ['sg-0'] })),
      'InvalidSecurityGroupException',
    ],
    [
      6,
      'a security group of another VPC',
      () => elb.send(loadBalancer({ Name: 'n', SecurityGroups: [strangerGroup] })),
      'InvalidConfigurationRequestException',
    ],
    [
      6,
      'no security group by SetSecurityGroups',
      () => elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: main, SecurityGroups: [] })),
      'ValidationError',
    ],
    [
      6,
      'a security group of another VPC by SetSecurityGroups',
      () => elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: main, SecurityGroups: [strangerGroup] })),
      'InvalidConfigurationRequestException',
    ],
    [
      7,
      'dual stack on subnets without IPv6',
      () => elb.send(loadBalancer({ Name: 'n', IpAddressType: 'dualstack' })),
      'InvalidSubnetException',
    ],
    [
      7,
      'dual stack by SetIpAddressType',
      () => elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn: main, IpAddressType: 'dualstack' })),
      'InvalidSubnetException',
    ],
    [
      7,
      'an idle timeout of 0',
      () =>
        elb.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn: main,
            Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '0' }],
          }),
        ),
      'ValidationError',
    ],
    [
      7,
      'an unknown attribute',
      () =>
        elb.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn: main,
            Attributes: [{ Key: 'idle_timeout', Value: '1' }],
          }),
        ),
      'ValidationError',
    ],
    [
      8,
      'the deletion of a protected load balancer',
      () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: second })),
      'OperationNotPermittedException',
    ],
    [
      9,
      'a listener on a taken port',
      () => elb.send(listenerOn(main, 80, 'HTTP', forward(web))),
      'DuplicateListenerException',
    ],
    [
      9,
      'a listener moved to a taken port',
      () => elb.send(new ModifyListenerCommand({ ListenerArn: http81, Port: 80 })),
      'DuplicateListenerException',
    ],
    [9, 'a port out of range', () => elb.send(listenerOn(main, 70_000)), 'ValidationError'],
    [10, 'HTTPS without a certificate', () => elb.send(listenerOn(main, 443, 'HTTPS')), 'ValidationError'],
    [15, 'priority 0', () => elb.send(rule({ Priority: 0 })), 'ValidationError'],
    [15, 'priority 50001', () => elb.send(rule({ Priority: 50_001 })), 'ValidationError'],
    [15, 'a taken priority', () => elb.send(rule({ Priority: 1 })), 'PriorityInUseException'],
    [
      16,
      'a priority that another rule keeps',
      () => elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: first, Priority: 2 }] })),
      'PriorityInUseException',
    ],
    [
      17,
      'the deletion of a default rule',
      () => elb.send(new DeleteRuleCommand({ RuleArn: defaultRule })),
      'OperationNotPermittedException',
    ],
    [
      17,
      'another priority for a default rule',
      () => elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: defaultRule, Priority: 5 }] })),
      'OperationNotPermittedException',
    ],
    [
      17,
      'the deletion of an unknown rule',
      () => elb.send(new DeleteRuleCommand({ RuleArn: `${first}0` })),
      'RuleNotFoundException',
    ],
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
      () =>
        elb.send(
          new RegisterTargetsCommand({ TargetGroupArn: foreign, Targets: [{ Id: given(fixture.instances[0]?.id) }] }),
        ),
      'InvalidTargetException',
    ],
    [
      26,
      'an address as an instance',
      () => elb.send(new RegisterTargetsCommand({ TargetGroupArn: web, Targets: [{ Id: '10.0.0.9' }] })),
      'InvalidTargetException',
    ],
    [
      27,
      'the deletion of a security group that a load balancer has',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.extra })),
      'DependencyViolation',
    ],
    [
      27,
      'the deletion of a security group that a rule names',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.other })),
      'DependencyViolation',
    ],
    [
      27,
      'the deletion of a security group of an instance',
      () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.nodes })),
      'DependencyViolation',
    ],
    [
      27,
      'the deletion of a subnet in use',
      () => ec2.send(new DeleteSubnetCommand({ SubnetId: subnets['public-a'].id })),
      'DependencyViolation',
    ],
    [
      28,
      'a group name that begins with sg-',
      () => ec2.send(new CreateSecurityGroupCommand({ GroupName: 'sg-a', Description: 'a', VpcId: fixture.vpcId })),
      'InvalidParameterValue',
    ],
    [
      28,
      'a group name that is taken',
      () => ec2.send(new CreateSecurityGroupCommand({ GroupName: 'nodes', Description: 'a', VpcId: fixture.vpcId })),
      'InvalidGroup.Duplicate',
    ],
    [
      28,
      'a description of 256 characters',
      () =>
        ec2.send(
          new CreateSecurityGroupCommand({ GroupName: 'a', Description: 'a'.repeat(256), VpcId: fixture.vpcId }),
        ),
      'InvalidParameterValue',
    ],
    [
      28,
      'an unknown prefix list',
      () =>
        ec2.send(
          authorize(securityGroups.extra, { ...port80, IpRanges: [], PrefixListIds: [{ PrefixListId: 'pl-0' }] }),
        ),
      'InvalidPrefixListID.NotFound',
    ],
    [
      28,
      'an unknown source group',
      () =>
        ec2.send(authorize(securityGroups.extra, { ...port80, IpRanges: [], UserIdGroupPairs: [{ GroupId: 'sg-0' }] })),
      'InvalidGroup.NotFound',
    ],
    [
      28,
      'a rule that is there, with another description',
      () =>
        ec2.send(
          authorize(securityGroups.nodes, {
            IpProtocol: 'tcp',
            FromPort: 30080,
            ToPort: 30080,
            UserIdGroupPairs: [{ GroupId: securityGroups.other, Description: 'again' }],
          }),
        ),
      'InvalidPermission.Duplicate',
    ],
    [
      28,
      'the revocation of a rule that is not there',
      () => ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: securityGroups.extra, IpPermissions: [port80] })),
      'InvalidPermission.NotFound',
    ],
    [
      30,
      '61 rules in a group',
      () =>
        ec2.send(
          authorize(securityGroups.extra, {
            ...port80,
            IpRanges: Array.from({ length: 61 }, (_, index) => ({ CidrIp: `10.${index}.0.0/16` })),
          }),
        ),
      'RulesPerSecurityGroupLimitExceeded',
    ],
    [
      30,
      'six target groups in an action',
      () => elb.send(rule({ Actions: [forward(web, `${web}1`, `${web}2`, `${web}3`, `${web}4`, `${web}5`)] })),
      'TooManyTargetGroupsException',
    ],
    [
      30,
      '1,001 targets',
      () =>
        elb.send(
          new RegisterTargetsCommand({
            TargetGroupArn: web,
            Targets: Array.from({ length: 1001 }, (_, index) => ({
              Id: given(fixture.instances[0]?.id),
              Port: index + 1,
            })),
          }),
        ),
      'TooManyTargetsException',
    ],
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
  const before = await state()
  for (const [row, name, call, code] of ours)
    await t.test(`row ${row}: ${name}`, async (t) => {
      await t.rejects(call(), { name: code })
    })

  await t.test('row 18: a rule with regular expressions is told as beyond the emulator', async (t) => {
    const regex: RuleCondition = { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/a'] } }
    await t.rejects(elb.send(rule({ Conditions: [regex] })), {
      name: 'EmulatorLacksThis',
      $metadata: { httpStatusCode: 501 },
    })
  })

  await t.test('nothing that is refused changes anything', async (t) => {
    t.same(await state(), before)
  })

  await t.test('row 5: an internet-facing load balancer in a VPC without an internet gateway', async (t) => {
    const { CreateVpcCommand, CreateSubnetCommand } = await import('@aws-sdk/client-ec2')
    const VpcId = given((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.99.0.0/16' }))).Vpc?.VpcId)
    const Subnets: string[] = []
    for (const [index, zone] of ['ap-northeast-1a', 'ap-northeast-1c'].entries())
      Subnets.push(
        given(
          (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.99.${index}.0/24`, AvailabilityZone: zone })))
            .Subnet?.SubnetId,
        ),
      )
    await t.rejects(elb.send(loadBalancer({ Name: 'lonely', Subnets, SecurityGroups: [] })), {
      name: 'InvalidSubnetException',
    })
    t.ok(await elb.send(loadBalancer({ Name: 'lonely', Subnets, SecurityGroups: [], Scheme: 'internal' })))
  })

  await t.test('row 30: one object more than a quota', async (t) => {
    await emulator.configure({
      quotas: {
        rulesPerLoadBalancer: 2,
        listenersPerLoadBalancer: 2,
        loadBalancers: 3,
        targetGroups: 2,
        targetGroupsPerLoadBalancer: 1,
      },
    })
    await t.rejects(elb.send(rule()), { name: 'TooManyRulesException' })
    await t.rejects(elb.send(listenerOn(main, 82)), { name: 'TooManyListenersException' })
    await t.rejects(elb.send(loadBalancer({ Name: 'n' })), { name: 'TooManyLoadBalancersException' })
    await t.rejects(elb.send(targetGroup({ Name: 'n' })), { name: 'TooManyTargetGroupsException' })
    await emulator.configure({ quotas: { targetGroups: 3, rulesPerLoadBalancer: 100 } })
    const another = given((await elb.send(targetGroup({ Name: 'another' }))).TargetGroups?.[0]?.TargetGroupArn)
    await t.rejects(elb.send(rule({ Actions: [forward(another)] })), {
      name: 'TooManyUniqueTargetGroupsPerLoadBalancerException',
    })
    t.ok(
      await elb.send(new ModifyRuleCommand({ RuleArn: first, Actions: [forward(another)] })),
      'the one takes the place of the other',
    )
  })

  await t.test('rows that are listed have a case here', async (t) => {
    const { rows } = await import('./proxy/rows/index.ts')
    const tried = new Set([...ours.map(([row]) => row), 5])
    for (const { row, refuses } of [...rows.elasticloadbalancing, ...rows.ec2])
      t.ok(tried.has(row), `row ${row}: ${refuses}`)
  })

  async function state(): Promise<unknown> {
    const listeners = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: main }))
    const rules = await elb.send(new DescribeRulesCommand({ ListenerArn: http }))
    const targetGroups = await elb.send(new DescribeTargetGroupsCommand({}))
    const tags = await elb.send(new DescribeTagsCommand({ ResourceArns: [main, web, http, first, other] }))
    return [
      listeners.Listeners,
      rules.Rules,
      targetGroups.TargetGroups,
      tags.TagDescriptions,
      (await emulator.listeners()).length,
    ]
  }
})

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out a value')
  return value
}

function authorize(GroupId: string, ...IpPermissions: IpPermission[]): AuthorizeSecurityGroupIngressCommand {
  return new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions })
}

function host(...Values: string[]): RuleCondition {
  return { Field: 'host-header', HostHeaderConfig: { Values } }
}

function path(...Values: string[]): RuleCondition {
  return { Field: 'path-pattern', PathPatternConfig: { Values } }
}

function listenerOn(
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

function redirect(RedirectConfig: Action['RedirectConfig']): Action {
  return { Type: 'redirect', RedirectConfig }
}

function forward(...arns: readonly string[]): Action {
  return {
    Type: 'forward',
    ForwardConfig: { TargetGroups: arns.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 })) },
  }
}
