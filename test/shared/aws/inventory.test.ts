import t from 'tap'
import { readTargets } from '../../../shared/aws/details.ts'
import {
  addTags,
  createLoadBalancer,
  createTargetGroup,
  deleteTargetGroup,
  describeTags,
  modifyTargetGroup,
  registerTargets,
} from '../../../shared/aws/elastic-load-balancing.ts'
import { createSecurityGroup, describeSubnets } from '../../../shared/aws/ec2.ts'
import type { Aws, AwsCall } from '../../../shared/aws/client.ts'
import { askAws } from '../../../shared/aws/fact-sources.ts'
import { AwsFacts } from '../../../shared/aws/facts.ts'
import { Identity } from '../../../shared/aws/identity.ts'
import { Inventory } from '../../../shared/aws/inventory.ts'
import { NodeSecurityGroups, securityGroupsById, securityGroupsOfCluster } from '../../../shared/aws/nodes.ts'
import type { Need } from '../../../shared/ingress/facts.ts'
import { failureOf, startEmulated } from './emulated.ts'

const tagsOf = (group: string, cluster = 'demo') =>
  Object.entries({ 'elbv2.k8s.aws/cluster': cluster, 'ingress.k8s.aws/stack': group }).map(([Key, Value]) => ({
    Key,
    Value,
  }))

void t.test('AWS as the product sees it', async (t) => {
  const emulated = await startEmulated((line) => t.comment(line))
  t.teardown(() => emulated.stop())
  const { emulator, fixture, aws, actions } = emulated
  const owner = { clusterName: 'demo', vpcId: fixture.vpcId }

  const makeTargetGroup = async (name: string, group: string, cluster?: string, vpcId = fixture.vpcId) => {
    const input = { Name: name, Protocol: 'HTTP' as const, Port: 80, VpcId: vpcId, Tags: tagsOf(group, cluster) }
    return (await aws.call(createTargetGroup, input)).TargetGroups?.[0]?.TargetGroupArn ?? ''
  }
  for (let count = 0; count < 23; count += 1) await makeTargetGroup(`many-${count}`, 'shop/many')
  await makeTargetGroup('foreign', 'shop/many', 'stage')
  await makeTargetGroup('elsewhere', 'shop/many', 'demo', fixture.m11VpcId)
  await aws.call(createLoadBalancer, {
    Name: 'web',
    Scheme: 'internal',
    SubnetMappings: [{ SubnetId: fixture.subnets['private-a'].id }, { SubnetId: fixture.subnets['private-c'].id }],
    SecurityGroups: [fixture.securityGroups.extra],
    Tags: tagsOf('shop/web'),
  })
  await aws.call(createSecurityGroup, {
    GroupName: 'traffic',
    Description: 'backend',
    VpcId: fixture.vpcId,
    TagSpecifications: [
      {
        ResourceType: 'security-group',
        Tags: [
          { Key: 'elbv2.k8s.aws/cluster', Value: 'demo' },
          { Key: 'elbv2.k8s.aws/resource', Value: 'backend-sg' },
        ],
      },
    ],
  })
  await emulator.resetCalls()

  await t.test('one listing serves all groups, and shows what is ours alone', async (t) => {
    const inventory = new Inventory(aws, owner)
    t.equal(inventory.age, Infinity)
    t.equal(inventory.observed('shop/web').complete, false)
    await Promise.all([inventory.refresh(), inventory.refresh(), inventory.ensure(1000)])
    t.same((await actions()).toSorted(), [
      'DescribeLoadBalancers',
      'DescribeSecurityGroups',
      'DescribeTags',
      'DescribeTags',
      'DescribeTags',
      'DescribeTargetGroups',
    ])
    t.ok(inventory.age < 10_000)
    t.same(inventory.allGroups(), ['shop/many', 'shop/web'])
    t.equal(inventory.observed('shop/many').targetGroups.length, 23)
    t.match(inventory.observed('shop/web').loadBalancers, [{ name: 'web', scheme: 'internal' }])
    t.same(
      inventory.backendGroups().map(({ name }) => name),
      ['traffic'],
    )
    t.match(inventory.liveLoadBalancers(), [{ group: 'shop/web', name: 'web', scheme: 'internal' }])
    await inventory.ensure(60_000)
    t.same(await actions(), [])
    inventory.invalidate()
    await inventory.ensure(60_000)
    t.ok((await actions()).includes('DescribeLoadBalancers'))
  })

  await t.test('a name is free that nothing in the region bears, whoever it belongs to', async (t) => {
    const inventory = new Inventory(aws, { clusterName: 'stage', vpcId: fixture.vpcId })
    t.notOk(inventory.isFree('load-balancer', 'new'), 'nothing is known before the first listing')
    await inventory.refresh()
    t.notOk(inventory.isFree('load-balancer', 'web'), 'it belongs to another cluster')
    t.notOk(inventory.isFree('target-group', 'elsewhere'), 'it is in another VPC')
    t.ok(inventory.isFree('target-group', 'web'), 'load balancers have names of their own')
    const [foreign] = inventory.observed('shop/many').targetGroups
    if (foreign === undefined) throw new Error('the target group of cluster stage was listed')
    inventory.applied([{ is: 'target-group', value: { ...foreign, arn: 'arn:new', name: 'new' } }])
    t.notOk(inventory.isFree('target-group', 'new'))
    t.ok(inventory.isFree('load-balancer', 'new'))
    await emulator.resetCalls()
  })

  await t.test('lists are read to their last page', async (t) => {
    await emulator.configure({ pageSize: 5 })
    const inventory = new Inventory(aws, owner)
    await inventory.refresh()
    t.equal(inventory.observed('shop/many').targetGroups.length, 23)
    t.equal((await actions()).filter((action) => action === 'DescribeTargetGroups').length, 5)
    await emulator.configure({ pageSize: 0 })
  })

  await t.test('a listing that fails half-way leaves the old one in place', async (t) => {
    const once = emulated.client({ attempts: 1 })
    const inventory = new Inventory(once, owner)
    await inventory.refresh()
    await emulator.fault({ action: 'DescribeTags', at: 2, kind: 'error-before', code: 'AccessDenied', status: 403 })
    t.match(await failureOf(inventory.refresh()), { remedy: 'denied', code: 'AccessDenied' })
    t.equal(inventory.observed('shop/many').targetGroups.length, 23)
    await emulator.clearFaults()
    await inventory.refresh()
    await emulator.resetCalls()
  })

  await t.test('a write of ours outlives a listing that was begun before it', async (t) => {
    const inventory = new Inventory(aws, owner)
    await inventory.refresh()
    const [gone, kept] = inventory.observed('shop/many').targetGroups
    if (gone === undefined || kept === undefined) throw new Error('target groups were listed')
    const listing = inventory.refresh()
    inventory.applied([
      { is: 'gone', id: gone.arn },
      { is: 'target-group', value: { ...kept, arn: 'arn:new', name: 'new' } },
      { is: 'tags', id: kept.arn, set: { team: 'shop' }, remove: ['ingress.k8s.aws/resource'] },
    ])
    await listing
    const after = inventory.observed('shop/many').targetGroups
    t.notOk(after.some(({ arn }) => arn === gone.arn))
    t.ok(after.some(({ arn }) => arn === 'arn:new'))
    t.equal(after.find(({ arn }) => arn === kept.arn)?.tags['team'], 'shop')
    await emulator.resetCalls()
  })

  await t.test('a target group that goes while tags are read is left out of the listing', async (t) => {
    const arn = await makeTargetGroup('short-lived', 'shop/many')
    await emulator.resetCalls()
    const inventory = new Inventory(
      {
        ...aws,
        call: async (operation, input, signal) => {
          if (operation.action === 'DescribeTags') await aws.call(deleteTargetGroup, { TargetGroupArn: arn })
          return aws.call(operation, input, signal)
        },
      },
      owner,
    )
    await inventory.refresh()
    t.notOk(inventory.observed('shop/many').targetGroups.some((group) => group.arn === arn))
    t.equal(inventory.observed('shop/many').targetGroups.length, 23)
  })

  await t.test('targets are read with their ports', async (t) => {
    const arn = await makeTargetGroup('targets', 'shop/targets')
    const [instance] = fixture.instances
    await aws.call(registerTargets, { TargetGroupArn: arn, Targets: [{ Id: instance?.id ?? '', Port: 30100 }] })
    t.match(await readTargets(aws, arn), [{ id: instance?.id, port: 30100, state: 'unused' }])
    t.match(await failureOf(readTargets(aws, `${arn.slice(0, -4)}0000`)), {
      remedy: 'not-found',
      code: 'TargetGroupNotFound',
    })
  })

  await t.test('security groups of nodes are asked once', async (t) => {
    const ids = fixture.instances.map(({ id }) => id)
    const nodes = new NodeSecurityGroups(aws, { maxAgeMs: 60_000 })
    await emulator.resetCalls()
    const groups = await nodes.of([...ids, 'i-0123456789abcdef0'])
    t.same(
      [...groups],
      ids.map((id) => [id, [fixture.securityGroups.nodes]]),
    )
    await nodes.of(ids)
    t.same(await actions(), ['DescribeInstances'])
    t.same(
      (await securityGroupsById(aws, [fixture.securityGroups.extra, 'sg-0123456789abcdef0'])).map(({ name }) => name),
      ['extra'],
    )
    t.same(
      (await securityGroupsOfCluster(aws, owner)).map(({ name }) => name),
      ['nodes'],
    )
    await emulator.resetCalls()
  })

  await t.test('facts come from AWS', async (t) => {
    const facts = new AwsFacts(askAws(aws, owner), { clock: aws.clock, refreshMs: 60_000 })
    const needs: readonly Need[] = [
      { is: 'subnets' },
      { is: 'subnet', id: fixture.m11Subnets.full.id },
      { is: 'subnet', id: 'subnet-0123456789abcdef0' },
      { is: 'subnet', id: 'nonsense' },
      { is: 'routes' },
      { is: 'internet-gateways' },
      { is: 'security-groups' },
      { is: 'security-group', id: fixture.securityGroups.extra },
      { is: 'security-group', id: 'sg-0123456789abcdef0' },
      { is: 'security-group', id: 'sg-dead' },
      { is: 'load-balancers' },
    ]
    const answers = await facts.answer(needs, { budgetMs: 5000 })
    const answer = answers.get('subnets')
    t.match(answer, { is: 'present' })
    const subnets = answer?.is === 'present' && Array.isArray(answer.value) ? answer.value.map(idOf) : []
    t.same(new Set(subnets), new Set(Object.values(fixture.subnets).map(({ id }) => id)))
    t.match(answers.get(`subnet/${fixture.m11Subnets.full.id}`), {
      is: 'present',
      value: {
        vpcId: fixture.m11VpcId,
        freeAddresses: 3,
        zoneType: 'availability-zone',
        tags: { 'kubernetes.io/role/elb': '1' },
      },
    })
    t.same(answers.get('subnet/subnet-0123456789abcdef0'), { is: 'absent' })
    t.same(answers.get('subnet/nonsense'), { is: 'absent' })
    const routes = answers.get('routes')
    t.match(routes, { is: 'present', value: { mainIsPublic: false } })
    t.match(routes, {
      is: 'present',
      value: {
        subnets: Object.fromEntries(
          (['public-a', 'public-c', 'public-d'] as const).map((name) => [fixture.subnets[name].id, true]),
        ),
      },
    })
    t.match(answers.get('internet-gateways'), { is: 'present', value: [/^igw-/] })
    const extra = { id: fixture.securityGroups.extra, name: 'extra', vpcId: fixture.vpcId }
    t.same(answers.get(`security-group/${extra.id}`), { is: 'present', value: extra })
    for (const id of ['sg-0123456789abcdef0', 'sg-dead']) t.same(answers.get(`security-group/${id}`), { is: 'absent' })
    const groups = answers.get('security-groups')
    const listed = groups?.is === 'present' && Array.isArray(groups.value) ? groups.value : []
    t.same(
      listed.filter((group) => idOf(group) === extra.id),
      [extra],
    )
    t.match(answers.get('load-balancers'), {
      is: 'present',
      value: [{ group: 'shop/web', name: 'web', scheme: 'internal' }],
    })
  })

  await t.test('with AWS away or denied, facts are unknown with a reason', async (t) => {
    const needs: readonly Need[] = [{ is: 'subnets' }]
    const why = async () => {
      const facts = new AwsFacts(askAws(emulated.client({ attempts: 1 }), owner), {
        clock: aws.clock,
        refreshMs: 60_000,
      })
      const fact = (await facts.answer(needs, { budgetMs: 3000 })).get('subnets')
      return fact?.is === 'unknown' ? fact.why : fact?.is
    }
    await emulator.configure({ unavailable: 'reset' })
    t.equal(await why(), 'EC2 gave no answer')
    await emulator.configure({ unavailable: 'no', denied: ['ec2:DescribeSubnets'] })
    t.equal(await why(), 'EC2 refused ec2:DescribeSubnets')
    await emulator.configure({ denied: [] })
  })

  await t.test('zones are asked for where their names do not tell that they are ordinary ones', async (t) => {
    await emulator.resetCalls()
    t.match(await subnetsOf(aws, fixture.vpcId), [
      { availabilityZone: /^ap-northeast-1[acd]$/, zoneType: 'availability-zone' },
    ])
    t.same(await actions(), ['DescribeSubnets'])
    const elsewhere = { ...aws, region: 'ap-northeast-1-tpe-1' }
    await subnetsOf(elsewhere, fixture.vpcId)
    t.same(await actions(), ['DescribeSubnets', 'DescribeAvailabilityZones'])
    await emulator.configure({ denied: ['ec2:DescribeAvailabilityZones'] })
    t.match(
      await subnetsOf(elsewhere, fixture.vpcId),
      [{ zoneType: 'availability-zone' }],
      'zone types are not worth an unknown',
    )
    await emulator.configure({ denied: [] })
    await emulator.resetCalls()
  })

  await t.test('the account is asked once, when it is needed', async (t) => {
    const identity = new Identity(aws, { vpcId: fixture.vpcId })
    await emulator.resetCalls()
    t.same(await Promise.all([identity.account(), identity.account()]), [
      { accountId: emulator.accountId, partition: 'aws' },
      { accountId: emulator.accountId, partition: 'aws' },
    ])
    t.same(await actions(), ['GetCallerIdentity'])
  })

  await t.test('each attempt is reported with its outcome', async (t) => {
    const seen: AwsCall[] = []
    const reported = emulated.client({ onCall: (call) => seen.push(call) })
    await emulator.fault({ action: 'DescribeSubnets', kind: 'throttle', times: 1 })
    await reported.call(describeSubnets, {})
    t.match(seen, [
      { service: 'ec2', action: 'DescribeSubnets', write: false, code: 'RequestLimitExceeded' },
      { service: 'ec2', action: 'DescribeSubnets', write: false },
    ])
    t.notOk('code' in (seen[1] ?? {}))
    t.type(seen[1]?.requestId, 'string')
    t.equal((await emulator.calls()).at(-1)?.client, 'alb-ingress-controller')
    await emulator.resetCalls()
  })

  await t.test('a throttled write is repeated, one whose answer was lost is not', async (t) => {
    const arn = await makeTargetGroup('repeated', 'shop/repeated')
    const tag = { ResourceArns: [arn], Tags: [{ Key: 'a', Value: 'b' }] }
    await emulator.resetCalls()
    await emulator.fault({ action: 'AddTags', kind: 'throttle', times: 2 })
    await aws.call(addTags, tag)
    t.same(await actions(), ['AddTags', 'AddTags', 'AddTags'])
    for (const kind of ['answer-lost', 'connection-lost'] as const) {
      await emulator.fault({ action: 'AddTags', kind })
      t.match(await failureOf(aws.call(addTags, tag)), { remedy: 'uncertain' })
      t.same(await actions(), ['AddTags'])
    }
    await emulator.configure({ unavailable: 'refuse' })
    t.match(await failureOf(aws.call(addTags, tag)), { remedy: 'uncertain', code: 'ServiceUnavailable' })
    await emulator.configure({ unavailable: 'no' })
    await emulator.fault({ action: 'DescribeTags', kind: 'connection-lost' })
    await emulator.resetCalls()
    t.match(await aws.call(describeTags, { ResourceArns: [arn] }), { TagDescriptions: [{ ResourceArn: arn }] })
    t.same(await actions(), ['DescribeTags', 'DescribeTags'])
  })

  await t.test('a deadline bounds a call without an answer, and its repetitions', async (t) => {
    const hasty = emulated.client({ callTimeoutMs: 300 })
    const arn = await makeTargetGroup('slow', 'shop/slow')
    await emulator.fault({ action: 'ModifyTargetGroup', kind: 'hold', times: 'forever' })
    const startedAt = performance.now()
    t.match(await failureOf(hasty.call(modifyTargetGroup, { TargetGroupArn: arn })), { remedy: 'uncertain' })
    t.ok(performance.now() - startedAt < 2000)
    await emulator.clearFaults()
    await emulator.fault({ action: 'DescribeTags', kind: 'throttle', times: 'forever' })
    t.match(await failureOf(hasty.call(describeTags, { ResourceArns: [arn] })), { remedy: 'throttled' })
    t.ok(performance.now() - startedAt < 4000)
    await emulator.clearFaults()
    const given = AbortSignal.abort(new Error('the pass is over'))
    t.match(await failureOf(aws.call(describeTags, { ResourceArns: [arn] }, given)), {
      remedy: 'unavailable',
      notExecuted: true,
    })
  })

  await t.test('AWS that is not there is unavailable, even for a write', async (t) => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9'
    const nowhere = emulated.client({ attempts: 1 })
    t.match(await failureOf(nowhere.call(addTags, { ResourceArns: ['arn:x'], Tags: [] })), {
      remedy: 'unavailable',
      code: 'ECONNREFUSED',
      notExecuted: true,
    })
    process.env['AWS_ENDPOINT_URL'] = emulator.endpoint
  })
})

const subnetsOf = (aws: Aws, vpcId: string) =>
  askAws(aws, { clusterName: 'demo', vpcId })({ is: 'subnets' }, new AbortController().signal)

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
