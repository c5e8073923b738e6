import t from 'tap'

import { recordName } from '../../shared/group/record.ts'
import { setAsideError } from '../../controller/status.ts'
import { byText, eventsOf, gone, idle, published, startAccount, statusOf } from './account.ts'
import { startController, until } from './bench.ts'
import { ingress } from './objects.ts'

const key = 'alb.ingress.kubernetes.io/'

void t.test('the controller over AWS on loopback', async (t) => {
  const account = await startAccount(t)
  const { emulator, newCluster, writes, nothingIsLeft } = account

  await t.test('from nothing to a load balancer and back', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    await emulator.resetCalls()
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    t.same(await writes(), [
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'CreateSecurityGroup',
      'CreateLoadBalancer',
      'CreateTargetGroup',
      'RegisterTargets',
      'AuthorizeSecurityGroupIngress',
      'CreateListener',
      'CreateRule',
    ])
    t.same(statusOf(cluster)?.ports, [{ port: 80 }])
    t.same(eventsOf(cluster).toSorted(byText), [
      'SuccessfullyReconciled: Successfully reconciled',
      'SuccessfullyReconciled: Successfully reconciled',
    ])
    const lines = controller.logged.lines.filter(({ level }) => level === 'info').map(({ message }) => message)
    t.same(lines, [
      'found load balancers',
      'created security group',
      'authorized rules of security group',
      'created security group',
      'created load balancer',
      'created target group',
      'applied target group binding',
      'registered targets',
      'authorized rules of security group',
      'waited for first targets',
      'created listener',
      'created rule',
      'published status',
    ])
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('ten restarts write nothing and read no listener, and the objects stay as they are', async (t) => {
    const cluster = newCluster()
    const first = startController(cluster, account)
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(first)
    await first.stop()
    await emulator.resetCalls()
    const before = JSON.stringify([
      cluster.all('ingresses'),
      cluster.all('targetgroupbindings'),
      cluster.all('configmaps'),
    ])
    for (let restart = 0; restart < 10; restart += 1) {
      // oxlint-disable no-await-in-loop -- one after the other
      const again = startController(cluster, account)
      await idle(again)
      await again.stop()
      // oxlint-enable no-await-in-loop
    }
    const actions = (await emulator.calls()).map(({ action }) => action)
    t.same(await writes(), [])
    t.same(
      actions.filter((action) => ['DescribeListeners', 'DescribeRules', 'DescribeTargetHealth'].includes(action)),
      [],
    )
    t.equal(
      JSON.stringify([cluster.all('ingresses'), cluster.all('targetgroupbindings'), cluster.all('configmaps')]),
      before,
    )
    const last = startController(cluster, account)
    t.teardown(() => last.stop())
    await gone(cluster, 'web')
    await idle(last)
    await nothingIsLeft(t, cluster)
  })

  await t.test('a bad Ingress is set aside with the text of admission and disturbs nobody', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingresses', ingress({ name: 'bad', annotations: { [`${key}listen-ports`]: '80,443' } }))
    cluster.put('ingresses', ingress())
    await published(cluster)
    await until('the event is there', () => eventsOf(cluster).some((text) => text.startsWith('FailedBuildModel')))
    t.match(
      eventsOf(cluster).find((text) => text.startsWith('FailedBuildModel')),
      'FailedBuildModel: Failed build model due to metadata.annotations[alb.ingress.kubernetes.io/listen-ports]: Invalid value: "80,443": not JSON (line 1, column 3: unexpected ",")',
    )
    t.equal(statusOf(cluster, 'bad')?.hostname, undefined)
    t.match(await controller.registry.metrics(), 'alb_member_failing{member="shop/bad",code="JsonSyntax"} 1')
    cluster.put('ingresses', ingress({ name: 'bad' }))
    await published(cluster, 'bad')
    t.notMatch(await controller.registry.metrics(), 'alb_member_failing{')
    // Broken later, it keeps what it has, and says so on its ports.
    await emulator.resetCalls()
    cluster.put('ingresses', ingress({ name: 'bad', annotations: { [`${key}scheme`]: 'public' } }))
    await until('the ports say so', () => statusOf(cluster, 'bad')?.ports[0]?.error === setAsideError)
    t.same(await writes(), [])
    cluster.put('ingresses', ingress({ name: 'bad', annotations: { [`${key}scheme`]: 'internal' } }))
    await until('the ports are well', () => statusOf(cluster, 'bad')?.ports[0]?.error === undefined)
    await gone(cluster, 'web', 'bad')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('what no Ingress explains goes after a second look', async (t) => {
    const cluster = newCluster()
    const first = startController(cluster, account)
    cluster.put('ingresses', ingress())
    await published(cluster)
    await first.stop()
    // Finalizer stripped, then deleted, while nobody watched.
    cluster.put('ingresses', { metadata: { namespace: 'shop', name: 'web', finalizers: [] } })
    cluster.delete('ingresses', 'shop', 'web')
    const again = startController(cluster, account)
    t.teardown(() => again.stop())
    await until('it is gone', async () => (await emulator.snapshot()).loadBalancers.length === 0)
    await until('all of it is gone', () => cluster.all('configmaps').length === 0)
    await idle(again)
    await nothingIsLeft(t, cluster)
    t.equal(again.logged.told('removing what no Ingress explains').length, 1)
  })

  await t.test('a paused group is left alone until the pause is lifted', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingresses', ingress())
    await published(cluster)
    await idle(controller)
    const record = { namespace: 'alb-ingress', name: recordName('shop/web') }
    cluster.put('configmaps', {
      metadata: {
        ...record,
        annotations: { 'ingress.k8s.aws/paused': 'by hand', 'ingress.k8s.aws/group': 'shop/web' },
      },
    })
    await emulator.resetCalls()
    cluster.put('ingresses', ingress({ annotations: { [`${key}healthcheck-path`]: '/ready' } }))
    await until('it is told', () => eventsOf(cluster).some((text) => text.startsWith('Paused')))
    await idle(controller)
    t.same(await writes(), [])
    cluster.put('configmaps', { metadata: { ...record, annotations: { 'ingress.k8s.aws/group': 'shop/web' } } })
    await until('the change is made', async () => (await writes()).includes('ModifyTargetGroup'))
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('with plan-only nothing is written anywhere', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account, ['--plan-only'])
    t.teardown(() => controller.stop())
    await emulator.resetCalls()
    cluster.put('ingresses', ingress())
    await until('the plan is logged', () => controller.logged.told('would run step').length > 0)
    await idle(controller)
    t.same(await writes(), [])
    t.same(cluster.writes, [])
    t.ok(controller.logged.told('would run step').some(({ action }) => action === 'create-load-balancer'))
  })
})
