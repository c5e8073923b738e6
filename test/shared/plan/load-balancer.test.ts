import t from 'tap'
import type { DesiredLoadBalancer } from '../../../shared/model/model.ts'
import type { ObservedLoadBalancer } from '../../../shared/model/observed.ts'
import { findLoadBalancer, planLoadBalancer } from '../../../shared/plan/load-balancer.ts'
import type { Ref } from '../../../shared/plan/step.ts'
import { awsLoadBalancer, built, desiredStack, tagsOf, worldOf, written } from './stack.ts'

const wanted = desiredStack().loadBalancer
const groups: readonly Ref[] = [{ arn: 'sg-1' }, { arn: 'sg-backend' }]

interface Case {
  readonly name: string
  readonly aws: readonly ObservedLoadBalancer[]
  readonly desired?: Partial<DesiredLoadBalancer>
  readonly groups?: readonly Ref[]
  readonly want: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'none there: it is created with everything that it needs',
    aws: [],
    want: [
      'make   create-load-balancer k8s-shop-web-1 internal ipv4 subnets subnet-a,subnet-c security-groups sg-1,sg-backend {ingress.k8s.aws/resource=LoadBalancer}',
    ],
  },
  {
    name: 'none there and attributes wanted: those that are not the default are written right after',
    aws: [],
    desired: {
      attributes: {
        'routing.http2.enabled': 'true',
        'ipv6.deny_all_igw_traffic': 'true',
        'idle_timeout.timeout_seconds': '120',
      },
    },
    want: [
      'make   create-load-balancer k8s-shop-web-1 internal ipv4 subnets subnet-a,subnet-c security-groups sg-1,sg-backend {ingress.k8s.aws/resource=LoadBalancer}',
      'make   modify-load-balancer-attributes k8s-shop-web-1 idle_timeout.timeout_seconds=120',
    ],
  },
  {
    name: 'an attribute that AWS leaves out has its default, one that is not named stays, and the rest is written',
    aws: [
      awsLoadBalancer({
        attributes: { is: 'read', value: { 'waf.fail_open.enabled': 'true', 'client_keep_alive.seconds': '60' } },
      }),
    ],
    desired: { attributes: { 'idle_timeout.timeout_seconds': '60', 'client_keep_alive.seconds': '3600' } },
    want: ['switch modify-load-balancer-attributes alb-1 client_keep_alive.seconds=3600'],
  },
  {
    name: 'none there and its subnets unknown: creation waits',
    aws: [],
    desired: { subnets: { unknown: 'EC2 gave no answer' } },
    want: [],
  },
  { name: 'subnets and security groups in another order are equal', aws: [awsLoadBalancer()], want: [] },
  {
    name: 'subnets unknown: those that it has stay',
    aws: [awsLoadBalancer()],
    desired: { subnets: { unknown: 'EC2 gave no answer' } },
    want: [],
  },
  {
    name: 'another name replaces nothing',
    aws: [awsLoadBalancer({ name: 'named-by-somebody' })],
    want: [],
  },
  {
    name: 'everything differs: tags, security groups, subnets, IP address type, in this order',
    aws: [
      awsLoadBalancer({
        tags: { ...tagsOf('LoadBalancer'), Old: 'x' },
        securityGroupIds: ['sg-1'],
        subnetIds: ['subnet-a', 'subnet-d'],
        ipAddressType: 'dualstack',
      }),
    ],
    want: [
      'switch tag alb-1 -Old',
      'switch set-security-groups alb-1 sg-1,sg-backend',
      'switch set-subnets alb-1 subnet-a,subnet-c',
      'switch set-ip-address-type alb-1 ipv4',
    ],
  },
  {
    name: 'a security group that the plan makes is put on it',
    aws: [awsLoadBalancer({ securityGroupIds: ['sg-backend'] })],
    groups: [{ madeBy: 'group/create-security-group/k8s-shop-web-2' }, { arn: 'sg-backend' }],
    want: ['switch set-security-groups alb-1 k8s-shop-web-2,sg-backend'],
  },
  {
    name: 'tags of version 1, external-managed ones and those of AWS stay',
    aws: [
      awsLoadBalancer({
        tags: {
          ...tagsOf('LoadBalancer'),
          'kubernetes.io/cluster/demo': 'owned',
          'kubernetes.io/cluster/stage': 'owned',
          'kubernetes.io/namespace': 'shop',
          'ingress.k8s.aws/cluster': 'demo',
          'aws:cloudformation:stack-name': 'x',
          CostCenter: '1',
        },
      }),
    ],
    want: ['switch tag alb-1 -kubernetes.io/cluster/stage'],
  },
]

for (const { name, aws, desired = {}, groups: refs = groups, want } of cases)
  void t.test(name, async (t) => {
    const world = worldOf({ observed: { ...built, loadBalancers: aws }, externalManagedTags: ['CostCenter'] })
    t.same(
      written((writer) => {
        planLoadBalancer(writer, world, { ...wanted, ...desired }, refs, ['shop/web'])
      }),
      want,
    )
  })

const found: readonly {
  readonly name: string
  readonly aws: readonly ObservedLoadBalancer[]
  readonly want?: string
}[] = [
  { name: 'the one of our resource id', aws: [awsLoadBalancer()], want: 'alb-1' },
  { name: 'not one of the other scheme', aws: [awsLoadBalancer({ scheme: 'internet-facing' })] },
  { name: 'not one without a resource id', aws: [awsLoadBalancer({ tags: { 'ingress.k8s.aws/stack': 'shop/web' } })] },
  { name: 'not the frontend one', aws: [awsLoadBalancer({ tags: tagsOf('FrontendNlb') })] },
  {
    name: 'of two the one with the wanted name',
    aws: [awsLoadBalancer({ arn: 'alb-0', name: 'another' }), awsLoadBalancer()],
    want: 'alb-1',
  },
  {
    name: 'of two with other names the first by ARN',
    aws: [awsLoadBalancer({ arn: 'alb-9', name: 'x' }), awsLoadBalancer({ arn: 'alb-0', name: 'y' })],
    want: 'alb-0',
  },
]

for (const { name, aws, want } of found)
  void t.test(`the live load balancer is ${name}`, async (t) => {
    t.equal(findLoadBalancer({ loadBalancers: aws }, wanted)?.arn, want)
  })
