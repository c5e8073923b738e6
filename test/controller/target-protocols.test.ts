import t from 'tap'
import { gone, idle, published, startAccount } from './account.ts'
import { startController, until } from './bench.ts'
import { ingress } from './objects.ts'

const key = 'alb.ingress.kubernetes.io/'

void t.test('what targets speak, over AWS on loopback', async (t) => {
  const account = await startAccount(t)
  const { emulator, newCluster, writes, nothingIsLeft } = account

  await t.test(
    'another protocol makes a new target group, whose targets are there before its rule changes',
    async (t) => {
      const cluster = newCluster()
      const controller = startController(cluster, account)
      t.teardown(() => controller.stop())
      cluster.put('ingresses', ingress())
      await published(cluster)
      await idle(controller)
      await emulator.resetCalls()
      cluster.put('ingresses', ingress({ annotations: { [`${key}backend-protocol`]: 'HTTPS' } }))
      await until('the old one is gone', async () => (await writes()).includes('DeleteTargetGroup'))
      await idle(controller)
      // One that AWS says is in use is deleted again.
      t.same(
        [...new Set(await writes())],
        ['CreateTargetGroup', 'RegisterTargets', 'ModifyRule', 'DeregisterTargets', 'DeleteTargetGroup'],
      )
      const created = (await emulator.calls()).find(({ action }) => action === 'CreateTargetGroup')
      t.match(created?.parameters, { Protocol: 'HTTPS', ProtocolVersion: 'HTTP1', HealthCheckProtocol: 'HTTPS' })
      t.equal(cluster.all('targetgroupbindings').length, 1)
      t.equal((await emulator.snapshot()).targetGroups.length, 1)
      await gone(cluster, 'web')
      await idle(controller)
      await nothingIsLeft(t, cluster)
    },
  )
})
