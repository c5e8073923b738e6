import type { Test } from 'tap'

import { startEmulated } from '../shared/aws/emulated.ts'
import type { Emulated } from '../shared/aws/emulated.ts'
import { until } from './bench.ts'
import type { RunningController } from './bench.ts'
import { FakeCluster } from './fake-cluster.ts'
import { ingressClass, node, service } from './objects.ts'

/** AWS on loopback for the tests of one file, and what they ask of it. */
export interface Account extends Emulated {
  /** A cluster with the fixture's instances as nodes and a Service. */
  readonly newCluster: () => FakeCluster
  /** Writing calls since the last reset, by action. */
  readonly writes: () => Promise<readonly string[]>
  /** Asserts that nothing of ours is left, in AWS or in the cluster. */
  readonly nothingIsLeft: (t: Test, cluster: FakeCluster) => Promise<void>
}

export const startAccount = async (t: Test): Promise<Account> => {
  const emulated = await startEmulated((line) => t.comment(line))
  t.teardown(() => emulated.stop())
  const { emulator, fixture } = emulated
  return {
    ...emulated,
    newCluster: () => {
      const cluster = new FakeCluster()
      cluster.put('ingressclasses', ingressClass())
      cluster.put('services', service())
      fixture.instances.forEach(({ id }, index) => cluster.put('nodes', node(`node-${index}`, id)))
      return cluster
    },
    writes: async () => (await emulator.calls()).filter(({ write }) => write).map(({ action }) => action),
    nothingIsLeft: async (t, cluster) => {
      const { loadBalancers, targetGroups, securityGroups } = await emulator.snapshot()
      t.same([loadBalancers, targetGroups], [[], []])
      t.same(
        securityGroups
          .map(({ name, inbound }) => (inbound.length === 0 ? name : `${name} with rules`))
          .toSorted(byText),
        ['extra', 'nodes', 'other'],
      )
      t.same(cluster.all('targetgroupbindings'), [])
      t.same(cluster.all('configmaps'), [])
    },
  }
}

export const statusOf = (cluster: FakeCluster, name = 'web') => cluster.caches.ingresses.get(`shop/${name}`)?.status

export const published = (cluster: FakeCluster, name = 'web'): Promise<void> =>
  until(`status of ${name}`, () => statusOf(cluster, name)?.hostname !== undefined)

/** Deletes Ingresses as a user does, and waits until their finalizers are off. */
export const gone = async (cluster: FakeCluster, ...names: readonly string[]): Promise<void> => {
  for (const name of names) cluster.delete('ingresses', 'shop', name)
  await until('the Ingresses are gone', () => names.every((name) => statusOf(cluster, name) === undefined))
}

const isIdle = ({ lanes }: RunningController): boolean =>
  Object.values(lanes).every(({ queue }) => queue.depth + queue.running === 0)

/** Waits until no lane works or waits, but for keys that wait for a time. */
export const idle = (controller: RunningController): Promise<void> =>
  until('the lanes are idle', async () => {
    if (!isIdle(controller)) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
    return isIdle(controller)
  })

export const byText = (one: string, other: string): number => (one < other ? -1 : 1)

/** `Reason: message` of all events. */
export const eventsOf = (cluster: FakeCluster): readonly string[] =>
  cluster.all('events').map((event) => `${String(event['reason'])}: ${String(event['message'])}`)
