import t from 'tap'
import { comparableState, get, listenerPort, nodeRules, nothing, ours, quietCalls } from './support/aws.ts'
import { addressOf, applied, logged, logOf } from './support/controller.ts'
import { eventually, put, readExisting, succeed } from './support/kubectl.ts'
import { ingress } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false, webhook: false })
const { emulator } = stack
const controller = await stack.startController()
await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
const empty = await comparableState(stack)

const kept = 'kept'
const deletedOneByOne = ['whole-namespace', 'service-first', 'ingress-first', 'without-service', 'without-class']
await createNamespaces(stack, [kept, ...deletedOneByOne])
await put(
  stack,
  [kept, ...deletedOneByOne].map((namespace) => ingress({ namespace })),
)
const groupOf = (namespace: string): string => `${namespace}/echoserver`
for (const namespace of [kept, ...deletedOneByOne]) {
  await addressOf(stack, namespace)
  await applied(stack, groupOf(namespace))
}
const keptObjects = async () => {
  const { spec: _, ...others } = await readExisting(stack, kept, 'ingress', 'echoserver')
  return [
    others,
    await readExisting(stack, kept, 'service', 'echoserver'),
    await succeed(stack, ['get', 'targetgroupbindings', '-n', kept, '-o', 'json']),
  ]
}
await quietCalls(emulator)
const objectsBefore = await keptObjects()
const awsBefore = ours(await emulator.snapshot(), groupOf(kept))

const leftOf = async (namespace: string) => ours(await emulator.snapshot(), groupOf(namespace))
const untilLeft = (namespace: string): Promise<unknown> =>
  eventually(
    `nothing left of ${namespace} in AWS`,
    async () => {
      const { loadBalancers, targetGroups, securityGroups } = await leftOf(namespace)
      return loadBalancers.length + targetGroups.length + securityGroups.length === 0 ? true : undefined
    },
    30_000,
  )
await t.test('namespaces go with all that is in them, also one whose Service is long gone', async (t) => {
  await succeed(stack, ['delete', 'service', '-n', 'without-service', 'echoserver'])
  await quietCalls(emulator)
  const port = await listenerPort(stack, await addressOf(stack, 'whole-namespace'))
  t.equal((await get(port, '/')).status, 404)
  t.equal(
    await succeed(stack, ['delete', 'namespace', 'whole-namespace', 'without-service', '--timeout=60s']),
    'namespace "whole-namespace" deleted\nnamespace "without-service" deleted\n',
  )
  await t.rejects(get(port, '/'), { code: 'ECONNREFUSED' })
  for (const namespace of ['whole-namespace', 'without-service']) t.same(await leftOf(namespace), nothing, namespace)
  const lines = logOf(controller).filter(({ group }) => group === groupOf('whole-namespace'))
  // The namespace's own deletion may have taken the binding away first, or the Service, whose target group goes then.
  const effects = lines.map(({ msg }) => msg).filter((msg) => /^(deleted (?!.*binding)|cleared|removed)/.test(msg))
  t.same(effects.toSorted(), [
    'cleared status',
    'deleted load balancer',
    'deleted security group',
    'deleted target group',
    'removed finalizer',
  ])
  t.ok(effects.indexOf('deleted load balancer') < effects.indexOf('deleted security group'))
  t.same(effects.slice(-2), ['cleared status', 'removed finalizer'])
  const waits = lines.filter(({ msg }) => msg === 'waiting, as it is still in use')
  const ids = waits.map(({ id }) => String(id))
  t.same(ids, [...new Set(ids)], 'what it waits for is told once')
  t.match(
    waits.find(({ id }) => String(id).startsWith('sg-')),
    { action: 'DeleteSecurityGroup', code: 'DependencyViolation', 'request-id': /\S/ },
  )
})

await t.test('Service and Ingress go in either order', async (t) => {
  await succeed(stack, ['delete', 'service', '-n', 'service-first', 'echoserver'])
  await succeed(stack, ['delete', 'ingress', '-n', 'service-first', 'echoserver', '--timeout=60s'])
  await succeed(stack, ['delete', 'ingress', '-n', 'ingress-first', 'echoserver', '--timeout=60s'])
  await succeed(stack, ['delete', 'service', '-n', 'ingress-first', 'echoserver'])
  for (const namespace of ['service-first', 'ingress-first']) {
    t.same(await leftOf(namespace), nothing, namespace)
    t.equal(await succeed(stack, ['get', 'targetgroupbindings', '-n', namespace, '-o', 'name']), '')
  }
})

await t.test('objects and AWS resources of another Ingress are as they were, byte for byte', async (t) => {
  await quietCalls(emulator)
  t.same(await keptObjects(), objectsBefore)
  const state = await emulator.snapshot()
  t.same(ours(state, groupOf(kept)), awsBefore)
})

await t.test('a class that is gone removes no load balancer, and does not stop the deletion', async (t) => {
  const namespace = 'without-class'
  const before = await leftOf(namespace)
  const ingressClass = await succeed(stack, ['get', 'ingressclass', 'alb', '-o', 'json'])
  await succeed(stack, ['delete', 'ingressclass', 'alb'])
  await quietCalls(emulator, 1000)
  t.same(await leftOf(namespace), before)
  await succeed(stack, ['delete', 'namespace', namespace, '--timeout=60s'])
  t.same(await leftOf(namespace), nothing)
  t.equal((await stack.controlPlane.kubectl(['create', '-f', '-'], { input: ingressClass })).code, 0)
  const state = await emulator.snapshot()
  t.same(ours(state, groupOf(kept)), awsBefore)
  t.equal(nodeRules(stack, state).length, 1)
})

await t.test('an Ingress that changes to a class of somebody else leaves, and keeps its object', async (t) => {
  await put(stack, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  })
  await succeed(stack, ['patch', 'ingress', '-n', kept, 'echoserver', '-p', '{"spec":{"ingressClassName":"nginx"}}'])
  await untilLeft(kept)
  await eventually('the finalizer to be gone', async () => {
    const { metadata } = await readExisting(stack, kept, 'ingress', 'echoserver')
    return metadata.finalizers.length === 0 ? true : undefined
  })
  t.same((await readExisting(stack, kept, 'ingress', 'echoserver'))['status'], { loadBalancer: {} })
})

await t.test('after the last Ingress nothing of ours is left in the account', async (t) => {
  await eventually('the account as it was at first', async () => {
    const now = await comparableState(stack)
    return JSON.stringify(now) === JSON.stringify(empty) ? true : undefined
  })
  t.same(await comparableState(stack), empty)
  const everywhere = await succeed(stack, ['get', 'targetgroupbindings,ingresses', '-A', '-o', 'name'])
  t.equal(everywhere, 'ingress.networking.k8s.io/echoserver\n')
  const records = await succeed(stack, ['get', 'configmaps', '-n', 'alb-ingress', '-o', 'name'])
  t.notMatch(records, 'alb-ingress-group')
})

await t.test('what a stripped finalizer leaves in AWS is swept up after a second look', async (t) => {
  const namespace = 'stripped'
  await createNamespaces(stack, [namespace])
  await put(stack, ingress({ namespace }))
  await addressOf(stack, namespace)
  await applied(stack, groupOf(namespace))
  t.same(await controller.stop(), { code: 0, signal: null })
  await succeed(stack, ['patch', 'ingress', '-n', namespace, 'echoserver', '-p', '{"metadata":{"finalizers":null}}'])
  await succeed(stack, ['delete', 'ingress', '-n', namespace, 'echoserver', '--timeout=10s'])
  t.equal((await leftOf(namespace)).loadBalancers.length, 1)
  const next = await stack.startController()
  await untilLeft(namespace)
  const looks = logOf(next).filter(({ group, msg }) => group === groupOf(namespace) && /no Ingress explains/.test(msg))
  t.same(
    looks.map(({ msg }) => msg),
    ['found resources that no Ingress explains; looking again', 'removing what no Ingress explains'],
  )
  await eventually('the account as it was at first', async () => {
    const now = await comparableState(stack)
    return JSON.stringify(now) === JSON.stringify(empty) ? true : undefined
  })
  t.same(await comparableState(stack), empty)
})
