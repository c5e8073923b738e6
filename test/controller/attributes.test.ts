import t from 'tap'
import { byText, eventsOf, gone, idle, published, startAccount } from './account.ts'
import { startController, until } from './bench.ts'
import { ingress } from './objects.ts'

const key = 'alb.ingress.kubernetes.io/'
const attributed = (ofLoadBalancer: string, ofTargetGroups?: string) =>
  ingress({
    annotations: {
      [`${key}load-balancer-attributes`]: ofLoadBalancer,
      ...(ofTargetGroups === undefined ? {} : { [`${key}target-group-attributes`]: ofTargetGroups }),
    },
  })

const isAttributes = (action: string): boolean => action.endsWith('Attributes')
const isTold = (text: string): boolean => text.startsWith('DeletionProtected')

void t.test('attributes over AWS on loopback', async (t) => {
  const account = await startAccount(t)
  const { emulator, newCluster, writes, nothingIsLeft } = account
  const actions = async () => (await emulator.calls()).map(({ action }) => action)

  await t.test('they are written once, and read only where something differs', async (t) => {
    const cluster = newCluster()
    const first = startController(cluster, account)
    await emulator.resetCalls()
    cluster.put('ingresses', attributed('idle_timeout.timeout_seconds=120', 'stickiness.enabled=true'))
    await published(cluster)
    await idle(first)
    t.same((await actions()).filter(isAttributes), ['ModifyLoadBalancerAttributes', 'ModifyTargetGroupAttributes'])
    await first.stop()

    await emulator.resetCalls()
    const again = startController(cluster, account)
    t.teardown(() => again.stop())
    await idle(again)
    t.same((await actions()).filter(isAttributes), [], 'a restart reads none')

    cluster.put('ingresses', attributed('idle_timeout.timeout_seconds=60', 'stickiness.enabled=true'))
    await until('it is written', async () => (await writes()).length > 0)
    await idle(again)
    t.same((await actions()).filter(isAttributes).toSorted(byText), [
      'DescribeLoadBalancerAttributes',
      'DescribeTargetGroupAttributes',
      'ModifyLoadBalancerAttributes',
    ])
    await gone(cluster, 'web')
    await idle(again)
    await nothingIsLeft(t, cluster)
  })

  await t.test('a protected load balancer stays until the annotation lets it go', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account)
    t.teardown(() => controller.stop())
    cluster.put('ingresses', attributed('deletion_protection.enabled=true'))
    await published(cluster)
    await idle(controller)
    await emulator.resetCalls()
    cluster.delete('ingresses', 'shop', 'web')
    await until('it is told', () => eventsOf(cluster).some(isTold))
    await idle(controller)
    t.same(await writes(), [])
    t.match(eventsOf(cluster).filter(isTold), [
      /^DeletionProtected: Load balancer k8s-shop-web-\S+ is protected from deletion; write deletion_protection.enabled=false in alb.ingress.kubernetes.io\/load-balancer-attributes to let it go$/,
    ])
    const kept = cluster.all('ingresses').find((one) => JSON.stringify(one).includes('"web"'))
    t.ok(kept, 'the finalizer holds the Ingress')
    cluster.put('ingresses', attributed('deletion_protection.enabled=false'))
    await until('it is gone', async () => (await emulator.snapshot()).loadBalancers.length === 0)
    await idle(controller)
    await nothingIsLeft(t, cluster)
    t.match(eventsOf(cluster).filter(isTold).at(-1), /which no annotation asks for, was switched off to delete it$/)
  })
})
