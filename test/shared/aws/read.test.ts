import t from 'tap'
import { readLoadBalancer } from '../../../shared/aws/read/load-balancer.ts'
import { readActions, readCondition, readListener, readRule } from '../../../shared/aws/read/listener.ts'
import { readSecurityGroup } from '../../../shared/aws/read/security-group.ts'
import { readSubnet, readZoneTypes } from '../../../shared/aws/read/subnet.ts'
import { readTarget, readTargetGroup } from '../../../shared/aws/read/target-group.ts'

const fixed = (MessageBody?: string) => ({
  Type: 'fixed-response' as const,
  FixedResponseConfig: {
    StatusCode: '404',
    ContentType: 'text/plain',
    ...(MessageBody === undefined ? {} : { MessageBody }),
  },
})

const rule = (Priority: string) => ({ RuleArn: `arn:${Priority}`, Priority, IsDefault: Priority === 'default' })

const tagsOf = (arn: string) => ({ arn })

void t.test('only application load balancers are read', (t) => {
  const answer = {
    LoadBalancerArn: 'arn:lb',
    LoadBalancerName: 'k8s-shop-web-1',
    DNSName: 'K8s-Shop.elb.amazonaws.com',
    Scheme: 'internet-facing' as const,
    Type: 'application' as const,
    VpcId: 'vpc-1',
    State: { Code: 'provisioning' as const },
    AvailabilityZones: [{ SubnetId: 'subnet-b' }, { SubnetId: 'subnet-a' }, {}],
    SecurityGroups: ['sg-2', 'sg-1'],
    IpAddressType: 'ipv4' as const,
  }
  t.same(readLoadBalancer(answer, { a: 'b' }), {
    arn: 'arn:lb',
    name: 'k8s-shop-web-1',
    dnsName: 'K8s-Shop.elb.amazonaws.com',
    scheme: 'internet-facing',
    state: 'provisioning',
    ipAddressType: 'ipv4',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-a', 'subnet-b'],
    securityGroupIds: ['sg-2', 'sg-1'],
    tags: { a: 'b' },
    listeners: { is: 'unread' },
    attributes: { is: 'unread' },
  })
  t.equal(readLoadBalancer({ ...answer, Type: 'network' }, {}), undefined)
  t.end()
})

void t.test('a target group is read with its health check', (t) => {
  const read = readTargetGroup(
    {
      TargetGroupArn: 'arn:tg',
      TargetGroupName: 'k8s-shop-web-2',
      TargetType: 'instance',
      Protocol: 'HTTP',
      Port: 30100,
      VpcId: 'vpc-1',
      HealthCheckPort: 'traffic-port',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/healthz',
      HealthCheckIntervalSeconds: 15,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: '200-299' },
      LoadBalancerArns: ['arn:lb'],
    },
    {},
  )
  t.match(read, { protocolVersion: 'HTTP1', ipAddressType: 'ipv4', loadBalancerArns: ['arn:lb'] })
  t.same(read?.healthCheck, {
    port: 'traffic-port',
    protocol: 'HTTP',
    path: '/healthz',
    intervalSeconds: 15,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
    successCodes: '200-299',
  })
  t.same(readTarget({ Target: { Id: 'i-1', Port: 30100 }, TargetHealth: { State: 'draining' } }), {
    id: 'i-1',
    port: 30100,
    state: 'draining',
  })
  t.end()
})

void t.test('of a condition the config form counts, and what we do not build keeps its text', (t) => {
  t.same(
    readCondition({ Field: 'host-header', Values: ['a.example.com'], HostHeaderConfig: { Values: ['a.example.com'] } }),
    { field: 'host-header', values: ['a.example.com'] },
  )
  t.same(readCondition({ Field: 'path-pattern', Values: ['/a'] }), { field: 'path-pattern', values: ['/a'] })
  const expression = { Field: 'path-pattern', PathPatternConfig: { Values: ['/a'], RegexValues: ['^/b'] } }
  t.same(readCondition(expression), { field: 'other', text: JSON.stringify(expression) })
  const header = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x', Values: ['y'] } }
  t.same(readCondition(header), { field: 'other', text: JSON.stringify(header) })
  t.end()
})

void t.test('a forward is read from either of its forms, whatever its weight and stickiness', (t) => {
  const both = {
    Type: 'forward' as const,
    TargetGroupArn: 'arn:tg',
    ForwardConfig: {
      TargetGroups: [{ TargetGroupArn: 'arn:tg', Weight: 1 }],
      TargetGroupStickinessConfig: { Enabled: false },
    },
  }
  t.same(readActions([both]), [{ is: 'forward', targetGroupArns: ['arn:tg'] }])
  t.same(readActions([{ Type: 'forward', TargetGroupArn: 'arn:tg' }]), [{ is: 'forward', targetGroupArns: ['arn:tg'] }])
  t.end()
})

void t.test('a fixed response without a body, or with an empty one, has none', (t) => {
  const read = { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' }
  t.same(readActions([fixed()]), [read])
  t.same(readActions([fixed('')]), [read])
  t.same(readActions([fixed('no')]), [{ ...read, messageBody: 'no' }])
  t.end()
})

void t.test('actions are read in their order, and others keep their text', (t) => {
  const redirect = { Type: 'redirect' as const, Order: 1, RedirectConfig: { StatusCode: 'HTTP_301' as const } }
  const forward = { Type: 'forward' as const, Order: 2, TargetGroupArn: 'arn:tg' }
  t.same(readActions([forward, redirect]), [
    { is: 'other', text: JSON.stringify(redirect) },
    { is: 'forward', targetGroupArns: ['arn:tg'] },
  ])
  t.end()
})

void t.test('the default rule of a listener is left out, the others are sorted', (t) => {
  t.equal(readRule(rule('default'), tagsOf), undefined)
  const read = readListener(
    { ListenerArn: 'arn:80', Port: 80, Protocol: 'HTTP' },
    [rule('20'), rule('default'), rule('3')],
    tagsOf,
  )
  t.same(
    read?.rules.map(({ priority, tags }) => [priority, tags]),
    [
      [3, { arn: 'arn:3' }],
      [20, { arn: 'arn:20' }],
    ],
  )
  t.end()
})

void t.test('each source of a permission is a rule', (t) => {
  const read = readSecurityGroup({
    GroupId: 'sg-1',
    GroupName: 'nodes',
    IpPermissions: [
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 81,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'inside' }],
        Ipv6Ranges: [{ CidrIpv6: '::/0' }],
        UserIdGroupPairs: [{ GroupId: 'sg-2', Description: 'elbv2.k8s.aws/targetGroupBinding=shared' }],
        PrefixListIds: [{ PrefixListId: 'pl-1' }],
      },
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ],
  })
  const ports = { protocol: 'tcp', fromPort: 80, toPort: 81 }
  t.same(read?.inbound, [
    { ...ports, source: { is: 'cidr', cidr: '10.0.0.0/8' }, description: 'inside' },
    { ...ports, source: { is: 'cidr', cidr: '::/0' }, description: '' },
    { ...ports, source: { is: 'group', groupId: 'sg-2' }, description: 'elbv2.k8s.aws/targetGroupBinding=shared' },
    { ...ports, source: { is: 'prefix-list', id: 'pl-1' }, description: '' },
    { protocol: '-1', fromPort: -1, toPort: -1, source: { is: 'cidr', cidr: '0.0.0.0/0' }, description: '' },
  ])
  t.end()
})

void t.test('the zone type of a subnet is that of its zone, unless it is on an Outpost', (t) => {
  const types = readZoneTypes([
    { ZoneName: 'ap-northeast-1a', ZoneType: 'availability-zone' },
    { ZoneName: 'ap-northeast-1-tpe-1a', ZoneType: 'local-zone' },
  ])
  const typeOf = (zone: string, outpost?: string) =>
    readSubnet(
      { SubnetId: 'subnet-1', AvailabilityZone: zone, ...(outpost === undefined ? {} : { OutpostArn: outpost }) },
      types,
    )?.zoneType
  t.equal(typeOf('ap-northeast-1a'), 'availability-zone')
  t.equal(typeOf('ap-northeast-1-tpe-1a'), 'local-zone')
  t.equal(typeOf('ap-northeast-1x'), 'availability-zone')
  t.equal(typeOf('ap-northeast-1a', 'arn:outpost'), 'outpost')
  t.same(
    readSubnet(
      {
        SubnetId: 'subnet-1',
        VpcId: 'vpc-1',
        AvailabilityZone: 'ap-northeast-1a',
        AvailableIpAddressCount: 3,
        CidrBlock: '10.0.0.0/28',
        Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: 'associated' } }],
        Tags: [{ Key: 'kubernetes.io/role/elb', Value: '' }],
      },
      types,
    ),
    {
      id: 'subnet-1',
      vpcId: 'vpc-1',
      availabilityZone: 'ap-northeast-1a',
      zoneType: 'availability-zone',
      freeAddresses: 3,
      cidr: '10.0.0.0/28',
      hasIpv6: true,
      tags: { 'kubernetes.io/role/elb': '' },
    },
  )
  t.end()
})
