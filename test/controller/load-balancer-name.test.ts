import t from 'tap'
import { createLoadBalancer, deleteLoadBalancer } from '../../shared/aws/elastic-load-balancing.ts'
import { eventsOf, gone, idle, published, startAccount, statusOf } from './account.ts'
import { startController, until } from './bench.ts'
import { ingress } from './objects.ts'

const named = (name: string) => ingress({ annotations: { 'alb.ingress.kubernetes.io/load-balancer-name': name } })

void t.test('names of load balancers over AWS on loopback', async (t) => {
  const account = await startAccount(t)
  const { aws, emulator, fixture, newCluster, writes, nothingIsLeft } = account

  await t.test('a name that somebody has is refused; one that is free is taken and kept', async (t) => {
    const { 'public-a': a, 'public-c': c } = fixture.subnets
    const made = await aws.call(createLoadBalancer, { Name: 'taken', Type: 'application', Subnets: [a.id, c.id] })
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    await emulator.resetCalls()
    cluster.put('ingresses', named('taken'))
    await until('it is told', () => eventsOf(cluster).some((text) => text.startsWith('FailedBuildModel')))
    t.match(
      eventsOf(cluster).find((text) => text.startsWith('FailedBuildModel')),
      'Duplicate value: "taken": another load balancer of the region has this name; write another name, or remove the key',
    )
    t.same(await writes(), [])
    await aws.call(deleteLoadBalancer, { LoadBalancerArn: made.LoadBalancers?.[0]?.LoadBalancerArn })

    cluster.put('ingresses', named('shop-front'))
    await published(cluster)
    await idle(controller)
    t.same(
      (await emulator.snapshot()).loadBalancers.map(({ name }) => name),
      ['shop-front'],
    )
    const { hostname } = statusOf(cluster) ?? {}
    await emulator.resetCalls()
    cluster.put('ingresses', named('another'))
    await until('it is remembered', () => JSON.stringify(cluster.all('configmaps')).includes('another'))
    await idle(controller)
    t.same(await writes(), [])
    t.equal(statusOf(cluster)?.hostname, hostname)
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })
})
