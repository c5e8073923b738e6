import t from 'tap'
import type { Fault } from '../aws/emulator.ts'
import type { RunningProcess } from '../local/stack.ts'
import { comparableState, ours, writesOf } from './support/aws.ts'
import { addresses, applied, logged, type LogLine, logOf } from './support/controller.ts'
import { put, read, succeed } from './support/kubectl.ts'
import { ingress } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false, webhook: false })
const { emulator } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const manifest = ingress({ namespace })
await createNamespaces(stack, [namespace])
// The waits that AWS imposes are shorter than one of our own repetitions, so that each run has the same writes.
await emulator.configure({ timeScale: 0 })

/** What a step is to end in: the state of AWS, and how often each write was executed on the way. */
interface Run {
  readonly state: unknown
  readonly writes: readonly string[]
}

const start = async (): Promise<RunningProcess> => {
  const controller = await stack.startController()
  await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  return controller
}
/** Kills without a chance to give the Lease back, and frees it as its expiry does. */
const kill = async (controller: RunningProcess): Promise<void> => {
  const [exit] = await Promise.all([controller.stop('SIGKILL'), emulator.clearFaults()])
  if (exit.signal !== 'SIGKILL') throw new Error(`the controller ended before it was killed: ${exit.code}`)
  await succeed(stack, ['delete', 'lease', '-n', 'kube-system', 'aws-load-balancer-controller-leader'])
}
let controller = await start()
const create = (): Promise<unknown> => put(stack, manifest)
const remove = (): Promise<unknown> =>
  succeed(stack, ['delete', 'ingress', '-n', namespace, 'echoserver', '--wait=false'])
/** Waits for a line of the running controller's log that was not there at the last call; spares the many calls of kubectl. */
const next = async (msg: string): Promise<void> => {
  await logged(controller, msg, (line) => line.msg === msg && line.group === group && !seen.has(identityOf(line)))
  for (const line of logOf(controller)) seen.add(identityOf(line))
}
const seen = new Set<string>()
const identityOf = (line: LogLine): string => JSON.stringify(line)
const created = async (): Promise<void> => {
  await next('published status')
  await applied(stack, group)
}
const removed = async (): Promise<void> => {
  await next('removed finalizer')
  if ((await read(stack, namespace, 'ingress', 'echoserver')) !== undefined)
    throw new Error('the Ingress is still there')
}
const resultOf = async (): Promise<Run> => {
  const calls = await emulator.calls()
  return {
    state: await comparableState(stack),
    writes: writesOf(calls)
      .filter(({ status }) => status === 200)
      .map(({ action }) => action),
  }
}

const empty = await comparableState(stack)
await emulator.resetCalls()
await create()
await created()
const creation = await resultOf()
const statusOfCreation = await addresses(stack, namespace)
await emulator.resetCalls()
await remove()
await removed()
const deletion = await resultOf()

await t.test('the runs without a fault end as they should', (t) => {
  t.comment(`writes of the first load balancer: ${creation.writes.join(', ')}`)
  t.comment(`writes of its deletion: ${deletion.writes.join(', ')}`)
  t.equal(creation.writes.length, 9)
  t.same(deletion.state, empty)
  t.end()
})

/** Executed writes that tear something down must not be more than in the run without a fault. */
const destructive = (writes: readonly string[]): readonly string[] =>
  writes.filter((action) => /^(Delete|Deregister|Revoke|Remove)/.test(action)).toSorted()
const makers = (writes: readonly string[]): readonly string[] =>
  writes.filter((action) => action.startsWith('Create')).toSorted()

const at = (index: number, kind: 'hold' | 'answer-lost'): Fault => ({ kind, action: 'write:*', at: index })

for (const [index, action] of creation.writes.entries())
  await t.test(`killed after write ${index + 1} of a creation, ${action}, and of the deletion`, async (t) => {
    await emulator.resetCalls()
    await emulator.fault(at(index + 1, 'hold'))
    await create()
    t.equal(await emulator.held(15_000), 1, 'the write was executed')
    await kill(controller)
    controller = await start()
    await created()
    const made = await resultOf()
    t.same(made.state, creation.state)
    t.same(makers(made.writes), makers(creation.writes), 'nothing was made twice')
    t.same(destructive(made.writes), [])
    t.same(await addresses(stack, namespace), statusOfCreation)

    await emulator.resetCalls()
    const isBeyond = index >= deletion.writes.length
    if (!isBeyond) await emulator.fault(at(index + 1, 'hold'))
    await remove()
    if (!isBeyond) {
      t.equal(await emulator.held(15_000), 1, 'the write was executed')
      await kill(controller)
      controller = await start()
    }
    await removed()
    const unmade = await resultOf()
    t.same(unmade.state, empty)
    t.same(makers(unmade.writes), [])
    t.same(destructive(unmade.writes), destructive(deletion.writes))
  })

await t.test('answers that are lost, one after each other write, change nothing of the end', async (t) => {
  for (const [index] of creation.writes.entries()) {
    await emulator.resetCalls()
    await emulator.fault(at(index + 1, 'answer-lost'))
    await create()
    await created()
    const made = await resultOf()
    t.same(made.state, creation.state, `write ${index + 1} of the creation`)
    await emulator.clearFaults()
    await emulator.resetCalls()
    if (index < deletion.writes.length) await emulator.fault(at(index + 1, 'answer-lost'))
    await remove()
    await removed()
    const unmade = await resultOf()
    t.same(unmade.state, empty, `write ${index + 1} of the deletion`)
    await emulator.clearFaults()
  }
})

await t.test('no bindings, records or errors are left', async (t) => {
  t.equal(await succeed(stack, ['get', 'targetgroupbindings', '-A', '-o', 'name']), '')
  t.notMatch(await succeed(stack, ['get', 'configmaps', '-n', 'alb-ingress', '-o', 'name']), 'alb-ingress-group')
  t.same(ours(await emulator.snapshot()).loadBalancers, [])
  t.same(
    logOf(controller).filter(({ level }) => level === 'error'),
    [],
  )
  t.same(await controller.stop(), { code: 0, signal: null })
})
