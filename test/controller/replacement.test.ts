import t from 'tap'
import type { AwsCall } from '../../shared/aws/client.ts'
import { byText, eventsOf, gone, idle, published, startAccount, statusOf } from './account.ts'
import { startController, until } from './bench.ts'
import type { RunningController } from './bench.ts'
import type { FakeCluster } from './fake-cluster.ts'
import { ingress } from './objects.ts'

const withScheme = (scheme: string) => ingress({ annotations: { 'alb.ingress.kubernetes.io/scheme': scheme } })

/** Long enough that a test sees what is there meanwhile. */
const grace = '--replacement-grace=300ms'

void t.test('a load balancer of another scheme takes over, over AWS on loopback', async (t) => {
  const account = await startAccount(t)
  const { emulator, fixture, newCluster, writes, nothingIsLeft } = account

  const loadBalancers = async () => (await emulator.snapshot()).loadBalancers

  /** The address is that of the only load balancer, which has the scheme, and nothing of another is left. */
  const isSettled = async (cluster: FakeCluster, scheme: string): Promise<boolean> => {
    const { loadBalancers: all, targetGroups } = await emulator.snapshot()
    const [only] = all
    return (
      all.length === 1 &&
      targetGroups.length === 1 &&
      only?.scheme === scheme &&
      statusOf(cluster)?.hostname === only.dnsName.toLowerCase()
    )
  }

  const settled = (cluster: FakeCluster, scheme: string): Promise<void> =>
    until(`settled as ${scheme}`, () => isSettled(cluster, scheme))

  await t.test('the address moves once the other serves, and the old one goes after the grace', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account, [grace])
    t.teardown(() => controller.stop())
    cluster.put('ingresses', withScheme('internal'))
    await published(cluster)
    await idle(controller)
    const first = statusOf(cluster)?.hostname
    await emulator.resetCalls()
    cluster.put('ingresses', withScheme('internet-facing'))
    await until('the address moves', () => statusOf(cluster)?.hostname !== first)
    t.equal((await loadBalancers()).length, 2, 'both are there when the address moves')
    await settled(cluster, 'internet-facing')
    await idle(controller)
    t.same(
      [...new Set(await writes())],
      [
        'AddTags',
        'CreateLoadBalancer',
        'CreateTargetGroup',
        'RegisterTargets',
        'CreateListener',
        'CreateRule',
        'DeleteLoadBalancer',
        'DeregisterTargets',
        'DeleteTargetGroup',
      ],
    )
    const told = eventsOf(cluster).filter((text) => /^(Replacing|Switched)LoadBalancer/.test(text))
    t.match(told, [
      /^ReplacingLoadBalancer: Load balancer \S+ is built to take over from \S+, which serves until then$/,
      /^SwitchedLoadBalancer: Load balancer \S+ took over from \S+, which is deleted after 300ms$/,
    ])
    const [targetGroup] = (await emulator.snapshot()).targetGroups
    t.equal(targetGroup?.tags['ingress.k8s.aws/resource'], 'shop/web-web:80')
    await emulator.resetCalls()
    await until('the record says that all is applied', () =>
      JSON.stringify(cluster.all('configmaps')).includes('digest'),
    )
    t.same(await writes(), [], 'nothing is left to write')
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test('a scheme that changes back before the other serves stays where it was', async (t) => {
    const cluster = newCluster()
    const controller = startController(cluster, account, [grace])
    t.teardown(() => controller.stop())
    cluster.put('ingresses', withScheme('internal'))
    await published(cluster)
    await idle(controller)
    const first = statusOf(cluster)?.hostname
    await emulator.fault({ kind: 'error-before', action: 'CreateListener', code: 'InternalFailure', status: 500 })
    cluster.put('ingresses', withScheme('internet-facing'))
    await until('the other is made', async () => (await loadBalancers()).length === 2)
    cluster.put('ingresses', withScheme('internal'))
    await emulator.clearFaults()
    await settled(cluster, 'internal')
    t.equal(statusOf(cluster)?.hostname, first)
    await gone(cluster, 'web')
    await idle(controller)
    await nothingIsLeft(t, cluster)
  })

  await t.test(
    'a controller that ends after any single write, and the first answer to the next one lost',
    async (t) => {
      const cluster = newCluster()
      const ending = async (work: (controller: RunningController) => Promise<void>): Promise<void> => {
        const controller = startController(cluster, account, [grace])
        try {
          await work(controller)
        } finally {
          await controller.stop()
        }
      }
      cluster.put('ingresses', withScheme('internal'))
      await ending(() => published(cluster))
      const writesOfReplacement = 9
      // oxlint-disable no-await-in-loop -- one account for all
      for (let count = 1; count <= writesOfReplacement; count += 1) {
        const scheme = count % 2 === 1 ? 'internet-facing' : 'internal'
        const killed = new AbortController()
        let seen = 0
        const onCall = (call: AwsCall): void => {
          if (call.write && call.code === undefined && ++seen === count) killed.abort(new Error('killed'))
        }
        cluster.put('ingresses', withScheme(scheme))
        const first = startController(cluster, { aws: account.client({ onCall }), fixture }, [grace], killed.signal)
        await until(`write ${count}`, async () => killed.signal.aborted || (await isSettled(cluster, scheme)))
        await first.stop()
        // The next one loses an answer of what is left.
        await emulator.fault({ kind: 'answer-lost', action: 'write:*', at: 1 })
        await ending(() => settled(cluster, scheme))
        await emulator.clearFaults()
        t.pass(`write ${count}`)
      }
      // oxlint-enable no-await-in-loop
      await ending(async (controller) => {
        await gone(cluster, 'web')
        await idle(controller)
      })
      await nothingIsLeft(t, cluster)
      t.same((await loadBalancers()).map(({ name }) => name).toSorted(byText), [], 'no load balancer is left')
    },
  )
})
