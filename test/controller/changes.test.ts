import t from 'tap'

import { recordName } from '../../shared/group/record.ts'
import { eventsOf, gone, idle, published, startAccount, statusOf } from './account.ts'
import { startController, until } from './bench.ts'
import { binding, ingress, node, service } from './objects.ts'

void t.test('changes, one after the other and at once', async (t) => {
  const account = await startAccount(t)
  const { emulator, fixture, newCluster, writes, nothingIsLeft } = account
  const nodeRules = async () => {
    const { securityGroups } = await emulator.snapshot()
    return securityGroups
      .filter(({ name }) => name === 'nodes')
      .flatMap(({ inbound }) => inbound.map(({ from, to }) => `${from}-${to}`))
  }
  const ruleWrites = async () => (await writes()).filter((action) => action.endsWith('SecurityGroupIngress'))
  const targets = async () => (await emulator.snapshot()).targetGroups.map(({ targets }) => targets.length)

  await t.test('a path more costs a target group, a rule and a wider rule on nodes', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('services', service({ name: 'api', nodePort: 30200 }))
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    await emulator.resetCalls()
    cluster.put('ingresses', ingress({ paths: { '/api': 'api' } }))
    await until('the rule is there', async () => (await writes()).includes('CreateRule'))
    await idle(controller)
    t.same(await writes(), [
      'CreateTargetGroup',
      'RegisterTargets',
      'AuthorizeSecurityGroupIngress',
      'RevokeSecurityGroupIngress',
      'SetRulePriorities',
      'CreateRule',
      'AddTags',
    ])
    t.same(await nodeRules(), ['30100-30200'])
    await emulator.resetCalls()
    cluster.put('ingresses', ingress())
    await until('the target group is gone', async () => (await writes()).includes('DeleteTargetGroup'))
    await idle(controller)
    t.same(await nodeRules(), ['30100-30100'])
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('rules on nodes change once for all that come, and once for all that go', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    for (const [name, nodePort] of Object.entries({ a: 30_200, b: 30_300, c: 30_050, d: 30_400, e: 30_500 }))
      cluster.put('services', service({ name, nodePort }))
    await emulator.resetCalls()
    cluster.put('ingresses', ingress({ service: 'a', paths: { '/b': 'b', '/c': 'c' } }))
    await published(cluster)
    await idle(controller)
    t.same(await nodeRules(), ['30050-30300'])
    t.same(
      await ruleWrites(),
      ['AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupIngress'],
      'one of them our own',
    )
    await emulator.resetCalls()
    cluster.put('ingresses', ingress({ service: 'd', paths: { '/e': 'e' } }))
    await until('the target groups are gone', async () =>
      (await emulator.snapshot()).targetGroups.every(({ name }) => /-[de]-/.test(name)),
    )
    await idle(controller)
    t.same(await nodeRules(), ['30400-30500'])
    t.same(
      await ruleWrites(),
      [
        'AuthorizeSecurityGroupIngress',
        'RevokeSecurityGroupIngress',
        'AuthorizeSecurityGroupIngress',
        'RevokeSecurityGroupIngress',
      ],
      'wider, then narrower',
    )
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test(
    'an edit long after the last one asks for the subnets and for what changes, not for a listing',
    async (t) => {
      const cluster = newCluster()
      const controller = startController(cluster, account, ['--facts-refresh=1ms'])
      t.teardown(() => controller.stop())
      const annotations = { 'alb.ingress.kubernetes.io/scheme': 'internet-facing' }
      cluster.put('ingresses', ingress({ annotations }))
      await published(cluster)
      await idle(controller)
      const reads = async () => (await emulator.calls()).filter(({ write }) => !write).map(({ action }) => action)
      await emulator.resetCalls()
      cluster.put('ingresses', ingress({ annotations: { ...annotations, 'example.com/touched': 'yes' } }))
      await until('the group is looked at', async () => (await reads()).length > 0)
      await idle(controller)
      t.same(await reads(), ['DescribeSubnets'])
      await emulator.resetCalls()
      cluster.put('ingresses', ingress({ annotations, paths: { '/img': 'web' } }))
      await until('the rule is there', async () => (await writes()).includes('CreateRule'))
      await idle(controller)
      t.same(await reads(), ['DescribeSubnets', 'DescribeListeners', 'DescribeRules', 'DescribeTags'])
      await gone(cluster, 'web')
      await idle(controller)
      await nothingIsLeft(t, cluster)
    },
  )

  await t.test('five groups at once share one backend group, and the last takes it away', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) cluster.put('ingresses', ingress({ name }))
    await Promise.all(names.map((name) => published(cluster, name)))
    await idle(controller)
    const { loadBalancers, securityGroups } = await emulator.snapshot()
    t.equal(loadBalancers.length, 5)
    t.equal(securityGroups.filter(({ name }) => name.startsWith('k8s-traffic-')).length, 1)
    t.same(await nodeRules(), ['30100-30100'])
    await gone(cluster, 'a')
    t.equal((await emulator.snapshot()).securityGroups.filter(({ name }) => name.startsWith('k8s-traffic-')).length, 1)
    await gone(cluster, 'b', 'c', 'd', 'e')
    await nothingIsLeft(t, cluster)
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('nodes that come and go change targets and nothing else', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    await emulator.resetCalls()
    const [first] = fixture.instances
    cluster.put('nodes', node('node-0', first?.id ?? '', 'False'))
    await until('a target is out', async () => (await writes()).length > 0)
    await idle(controller)
    t.same(await writes(), ['DeregisterTargets'])
    cluster.put('nodes', node('node-0', first?.id ?? ''))
    await until('the target is back', async () => (await writes()).length > 1)
    await idle(controller)
    t.same(await writes(), ['DeregisterTargets', 'RegisterTargets'])
    t.same(await targets(), [3])
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test(
    'targets on a new port are let in before they come, and those before go before they are shut',
    async (t) => {
      const cluster = newCluster()
      const controller = startController(cluster, account)
      t.teardown(() => controller.stop())
      cluster.put('ingresses', ingress())
      await published(cluster)
      await idle(controller)
      await emulator.resetCalls()
      cluster.put('services', service({ nodePort: 30300 }))
      await until('the port before is shut', async () => (await writes()).includes('RevokeSecurityGroupIngress'))
      await idle(controller)
      t.same(await writes(), [
        'AuthorizeSecurityGroupIngress',
        'RegisterTargets',
        'DeregisterTargets',
        'RevokeSecurityGroupIngress',
      ])
      t.same(await nodeRules(), ['30300-30300'])
      await gone(cluster, 'web')
      await idle(controller)
      await nothingIsLeft(t, cluster)
    },
  )

  await t.test('a port that its group does not ask for is waited for no longer than first targets', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account, ['--first-targets-timeout=1s'])
    t.teardown(() => controller.stop())
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    cluster.put('ingresses', ingress({ annotations: { 'alb.ingress.kubernetes.io/scheme': 'public' } }))
    await until('the Ingress is set aside', () => eventsOf(cluster).some((text) => text.startsWith('FailedBuildModel')))
    await emulator.resetCalls()
    cluster.put('services', service({ nodePort: 30300 }))
    await until('the targets are others', async () => (await writes()).includes('DeregisterTargets'))
    await idle(controller)
    t.same(await writes(), ['RegisterTargets', 'DeregisterTargets'])
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('a Service that goes takes its targets, and answers again when it is back', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    cluster.delete('services', 'shop', 'web')
    await until('the target group is gone', async () => (await targets()).length === 0)
    await idle(controller)
    cluster.put('services', service({ nodePort: 30300 }))
    await until('it is back', async () => (await targets()).join() === '3')
    await idle(controller)
    t.same(await nodeRules(), ['30300-30300'])
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('what is removed without a cause that we know waits for a second look', async (t) => {
    const cluster = newCluster()
    cluster.put('services', service({ name: 'api', nodePort: 30200 }))
    const paths = { '/a': 'api', '/b': 'api', '/c': 'api' }
    cluster.put('ingresses', ingress({ paths }))
    const first = startController(cluster, account)
    await published(cluster)
    await first.stop()
    cluster.delete('configmaps', 'alb-ingress', recordName('shop/web'))
    cluster.put('ingresses', ingress())
    const again = startController(cluster, account)
    t.teardown(() => again.stop())
    await until('the rules are gone', async () => {
      const { loadBalancers } = await emulator.snapshot()
      return loadBalancers[0]?.listeners[0]?.rules.length === 1
    })
    await idle(again)
    t.equal(again.logged.told('plan removes more than its cause explains; removals wait').length, 1)
    t.ok(eventsOf(cluster).some((text) => text.includes('3 of 4 rules would be deleted')))
    await gone(cluster, 'web')
    await idle(again)
    await nothingIsLeft(t, cluster)
  })

  await t.test('a cache that is behind removes nothing', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('services', service({ name: 'api', nodePort: 30200 }))
    cluster.put('ingresses', ingress({ paths: { '/api': 'api' } }))
    await published(cluster)
    await idle(controller)
    await emulator.resetCalls()
    cluster.hold()
    cluster.put('ingresses', ingress())
    cluster.put('ingresses', ingress({ paths: { '/api': 'api' } }))
    cluster.letGo(1)
    await until('the pass gave up', () => controller.logged.told('the cluster has moved on; looking again').length > 0)
    t.same(await writes(), [])
    cluster.letGo()
    await idle(controller)
    t.same(await writes(), [])
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('an Ingress that goes to another class is let go of', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingressclasses', { metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } })
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    cluster.put('ingresses', ingress({ className: 'nginx' }))
    await until('the finalizer is off', () => cluster.caches.ingresses.get('shop/web')?.finalizers.length === 0)
    await idle(controller)
    t.equal(statusOf(cluster)?.hostname, undefined)
    await nothingIsLeft(t, cluster)
  })

  await t.test('a binding that somebody else made gets its targets, and gives them back', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    const arn = (await emulator.snapshot()).targetGroups[0]?.arn ?? ''
    await controller.stop()
    const beside = newCluster()
    const other = startController(beside, account)
    t.teardown(() => other.stop())
    beside.put('ingresses', ingress())
    await published(beside)
    beside.put('services', service({ name: 'api', nodePort: 30200 }))
    beside.put('targetgroupbindings', binding({ name: 'mine', arn, service: 'api' }))
    await until('the finalizer is on', () => beside.caches.bindings.get('shop/mine')?.finalizers.length === 1)
    await until('its targets are in', async () =>
      other.logged.told('registered targets').some(({ targets }) => String(targets).includes(':30200')),
    )
    beside.delete('targetgroupbindings', 'shop', 'mine')
    await until('it is gone', () => beside.caches.bindings.get('shop/mine') === undefined)
    await gone(beside, 'web')
    await idle(other)
  })

  await t.test('AWS that refuses gives an event, and the work goes on when it no longer does', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    await emulator.configure({ denied: ['CreateRule'] })
    cluster.put('ingresses', ingress())
    await until('the event is there', () => eventsOf(cluster).some((text) => text.startsWith('FailedDeployModel')))
    t.match(
      eventsOf(cluster).find((text) => text.startsWith('FailedDeployModel')),
      'FailedDeployModel: Failed deploy model due to elasticloadbalancing:CreateRule: AccessDenied: the role of the controller may not do this',
    )
    t.equal(statusOf(cluster)?.hostname, undefined)
    await emulator.configure({ denied: [] })
    await published(cluster)
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })
})
