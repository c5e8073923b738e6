import t from 'tap'
import type { TargetGroupBinding } from '../../../shared/kubernetes/objects.ts'
import type { DesiredTargetGroup } from '../../../shared/model/model.ts'
import type { ObservedTargetGroup } from '../../../shared/model/observed.ts'
import { stepWriter } from '../../../shared/plan/context.ts'
import { sidesOf } from '../../../shared/plan/sides.ts'
import type { Ref } from '../../../shared/plan/step.ts'
import { planTargetGroups } from '../../../shared/plan/target-groups.ts'
import {
  awsTargetGroup,
  binding,
  bindingSpec,
  built,
  desiredStack,
  desiredTargetGroup,
  group,
  healthCheck,
  idOf,
  tagsOf,
  told,
  worldOf,
} from './stack.ts'

interface Case {
  readonly name: string
  readonly aws: readonly ObservedTargetGroup[]
  readonly bindings?: readonly TargetGroupBinding[]
  readonly desired?: readonly DesiredTargetGroup[]
  readonly sourceGroup?: Ref
  readonly want: readonly string[]
  readonly unwanted?: readonly string[]
}

const apply =
  'make   apply-binding shop/k8s-shop-web-1 service web:80 target-group tg-web node-ports 31509 from sg-backend'

const cases: readonly Case[] = [
  {
    name: 'none there: the target group, its binding, then its first targets',
    aws: [],
    bindings: [],
    want: [
      'make   create-target-group k8s-shop-web-1 instance HTTP:31509 HTTP1 ipv4 health-check HTTP:traffic-port/ interval 15s timeout 5s healthy 2 unhealthy 2 success 200 {ingress.k8s.aws/resource=shop/web-web:80}',
      'make   apply-binding shop/k8s-shop-web-1 service web:80 target-group shop/web-web:80 node-ports 31509 from sg-backend',
      'make   await-targets shop/k8s-shop-web-1',
    ],
  },
  {
    name: 'attributes of a new one, and of one that is there',
    aws: [awsTargetGroup('web', { attributes: { is: 'read', value: { 'stickiness.enabled': 'true' } } })],
    bindings: [binding(), binding('api')],
    desired: [
      desiredTargetGroup('web', { attributes: { 'stickiness.enabled': 'false', 'stickiness.type': 'lb_cookie' } }),
      desiredTargetGroup('api', { attributes: { 'deregistration_delay.timeout_seconds': '30' } }),
    ],
    want: [
      'switch modify-target-group-attributes tg-web stickiness.enabled=false',
      'make   create-target-group k8s-shop-api-1 instance HTTP:31509 HTTP1 ipv4 health-check HTTP:traffic-port/ interval 15s timeout 5s healthy 2 unhealthy 2 success 200 {ingress.k8s.aws/resource=shop/web-api:80}',
      'make   modify-target-group-attributes shop/web-api:80 deregistration_delay.timeout_seconds=30',
      'make   apply-binding shop/k8s-shop-api-1 service api:80 target-group shop/web-api:80 node-ports 31509 from sg-backend',
      'make   await-targets shop/k8s-shop-api-1',
    ],
  },
  { name: 'the same target group and binding: nothing', aws: [awsTargetGroup()], want: [] },
  {
    name: 'another name and port replace nothing, and the binding keeps its name',
    aws: [awsTargetGroup('web', { name: 'older', port: 30000 })],
    bindings: [binding('web', { name: 'older' })],
    want: [],
  },
  {
    name: 'health check, tags and binding differ: in this order',
    aws: [
      awsTargetGroup('web', {
        healthCheck: { ...healthCheck, path: '/old' },
        tags: { ...tagsOf(idOf('web')), Old: 'x' },
      }),
    ],
    bindings: [binding('web', { spec: bindingSpec('web', [30000]) })],
    want: [
      'switch modify-target-group tg-web health-check HTTP:traffic-port/ interval 15s timeout 5s healthy 2 unhealthy 2 success 200',
      'switch tag tg-web -Old',
      apply,
    ],
  },
  {
    name: 'a binding whose labels were taken away gets them back',
    aws: [awsTargetGroup()],
    bindings: [binding('web', { labels: {} })],
    want: [apply],
  },
  {
    name: 'a binding of another port of the Service is brought in line',
    aws: [awsTargetGroup()],
    bindings: [binding('web', { spec: { ...bindingSpec(), serviceRef: { name: 'web', port: 'http' } } })],
    want: [apply],
  },
  {
    name: 'a binding of another Service is brought in line',
    aws: [awsTargetGroup()],
    bindings: [binding('web', { spec: { ...bindingSpec(), serviceRef: { name: 'api', port: 80 } } })],
    want: [apply],
  },
  {
    name: 'a binding that is being deleted is written again',
    aws: [awsTargetGroup()],
    bindings: [binding('web', { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    want: [apply],
  },
  {
    name: 'a source group that the plan makes goes into the binding',
    aws: [awsTargetGroup()],
    sourceGroup: { madeBy: 'security/create-security-group/k8s-traffic-demo' },
    want: [
      'make   apply-binding shop/k8s-shop-web-1 service web:80 target-group tg-web node-ports 31509 from k8s-traffic-demo',
    ],
  },
  {
    name: 'without a binding one is made, and its targets are waited for',
    aws: [awsTargetGroup()],
    bindings: [],
    want: [apply, 'make   await-targets shop/k8s-shop-web-1'],
  },
  ...(['targetType', 'protocol', 'protocolVersion', 'ipAddressType'] as const).map((property): Case => {
    // The name follows from all but the address family, so that one takes a name of its own.
    const called = property === 'ipAddressType' ? 'k8s-shop-web-4' : 'k8s-shop-web-1'
    return {
      name: `another ${property} is another target group: a new one is made, the old one goes`,
      aws: [awsTargetGroup('web', { [property]: 'other' })],
      want: [
        `make   create-target-group ${called} instance HTTP:31509 HTTP1 ipv4 health-check HTTP:traffic-port/ interval 15s timeout 5s healthy 2 unhealthy 2 success 200 {ingress.k8s.aws/resource=shop/web-web:80}`,
        `make   apply-binding shop/${called} service web:80 target-group shop/web-web:80 node-ports 31509 from sg-backend`,
        `make   await-targets shop/${called}`,
      ],
      unwanted: ['tg-web'],
    }
  }),
  {
    name: 'of two the one that the load balancer uses is kept',
    aws: [awsTargetGroup('web', { arn: 'tg-0', loadBalancerArns: [] }), awsTargetGroup()],
    want: [],
    unwanted: ['tg-0'],
  },
  {
    name: 'of two that nobody uses the first by ARN is kept',
    aws: [
      awsTargetGroup('web', { loadBalancerArns: [] }),
      awsTargetGroup('web', { arn: 'tg-z', loadBalancerArns: [] }),
    ],
    want: [],
    unwanted: ['tg-z'],
  },
  {
    name: 'one of another Service is unwanted, one without a resource id is none of ours',
    aws: [
      awsTargetGroup(),
      awsTargetGroup('api'),
      awsTargetGroup('hand', { tags: { 'ingress.k8s.aws/stack': 'shop/web' } }),
    ],
    want: [],
    unwanted: ['tg-api'],
  },
]

for (const { name, aws, bindings = [binding()], desired, sourceGroup = { arn: 'sg-backend' }, ...of } of cases)
  void t.test(name, async (t) => {
    const writer = stepWriter(group)
    const world = worldOf({ observed: { ...built, targetGroups: aws }, bindings })
    const { current } = sidesOf(world, desiredStack({ targetGroups: desired ?? [desiredTargetGroup()] }))
    planTargetGroups(writer, world, current, new Map(), sourceGroup)
    t.same(told(writer.steps), of.want)
    const kept = new Set([...current.live.values()].map(({ arn }) => arn))
    const others = aws.filter(({ arn, tags }) => !kept.has(arn) && tags['ingress.k8s.aws/resource'] !== undefined)
    t.same(
      others.map(({ arn }) => arn),
      of.unwanted ?? [],
    )
  })

void t.test('a target group is found by its resource id, whether it is there or made by the plan', async (t) => {
  const world = worldOf({ observed: { ...built, targetGroups: [awsTargetGroup()] } })
  const desired = [desiredTargetGroup(), desiredTargetGroup('api')]
  const { current } = sidesOf(world, desiredStack({ targetGroups: desired }))
  const refs = planTargetGroups(stepWriter(group), world, current, new Map(), { arn: 'sg-backend' })
  t.equal(refs.arnOf(idOf('web')), 'tg-web')
  t.equal(refs.arnOf(idOf('api')), undefined)
  t.same(refs.refOf(idOf('web')), { arn: 'tg-web' })
  t.same(refs.refOf(idOf('api')), { madeBy: 'group/create-target-group/shop/web-api:80' })
  t.throws(() => refs.refOf(idOf('gone')), /none of its target groups/)
})
