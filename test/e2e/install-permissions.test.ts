import t from 'tap'
import { controllerPolicy, webhookPolicy } from '../../manifests/render/iam/policies.ts'
import { actionsOf } from '../../manifests/render/iam/statement.ts'
import { controllerRoles, webhookRoles } from '../../manifests/render/rbac.ts'
import { values } from '../../manifests/render/values.ts'
import { rightsOf } from '../manifests/rights.ts'
import { nothing, ours, quietCalls } from './support/aws.ts'
import { audited, auditPolicy } from './support/audit.ts'
import { addressOf, applied, eventOn, logged } from './support/controller.ts'
import { eventually, put, succeed } from './support/kubectl.ts'
import { ingress, service } from './support/objects.ts'
import { bindingName, conditionOf, runPod } from './support/pods.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const as = (process: 'webhook' | 'controller') => ({ environment: { AWS_SDK_UA_APP_ID: process } })
const stack = await stackFor(t, {
  auditPolicy,
  webhookOptions: as('webhook'),
  controllerOptions: { ...as('controller'), flags: ['--event-repeat-period=1s'] },
  controller: false,
})
const { emulator } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'

await t.test('a life of an Ingress is played: made, changed, set aside, led by two leaders, deleted', async (t) => {
  let controller = await stack.startController({ ...as('controller'), flags: ['--event-repeat-period=1s'] })
  await createNamespaces(stack, [namespace])
  await put(stack, ingress({ namespace }))
  await addressOf(stack, namespace)
  let digest = await applied(stack, group)

  const byIp = { type: 'ClusterIP', keys: { 'target-type': 'ip' } } as const
  await put(stack, service({ namespace, name: 'second', ...byIp }))
  await put(stack, ingress({ namespace, paths: [{}, { path: '/second', service: 'second' }] }))
  digest = await applied(stack, group, digest)
  const gate = `target-health.elbv2.k8s.aws/${await bindingName(stack, namespace, 'second')}`
  await runPod(stack, { namespace, name: 'second', app: 'second', offset: 40, readinessGates: [gate] })
  await eventually('the Pod to be told of its target', () => conditionOf(stack, namespace, 'second', gate))
  await put(stack, service({ namespace, name: 'second', ports: [{ port: 80, targetPort: 9090 }], ...byIp }))
  await put(stack, ingress({ namespace, keys: { scheme: 'internet-facing', tags: 'Environment=dev' } }))
  digest = await applied(stack, group, digest)

  await stack.unregisterWebhooks()
  await put(stack, ingress({ namespace, keys: { scheme: 'public' } }))
  const failing = () => eventOn(stack, namespace, 'FailedBuildModel', ({ count }) => count > 1)
  await failing()
  await put(stack, ingress({ namespace }))
  await stack.registerWebhooks()
  await applied(stack, group, digest)

  const standby = await stack.startController(as('controller'))
  await controller.stop()
  await logged(standby, 'the standby to lead', ({ msg }) => msg === 'became leader')
  controller = standby
  await succeed(stack, ['delete', 'ingress', '-n', namespace, 'echoserver'])
  await eventually('AWS to be empty', async () =>
    JSON.stringify(ours(await emulator.snapshot())) === JSON.stringify(nothing) ? true : undefined,
  )
  await quietCalls(emulator)
  t.same(await controller.stop(), { code: 0, signal: null })
})

/** Rights that a life may pass without using, and what they are for. */
const reasons: Readonly<Record<string, string>> = {
  'ingresses.networking.k8s.io get': 'an Ingress that is not yet in the cache as it was written is read again',
  'targetgroupbindings.elbv2.k8s.aws get': 'a binding that goes is asked for where the cache may be behind',
}

for (const [process, roles] of [
  ['webhook', webhookRoles(values)],
  ['controller', controllerRoles(values)],
] as const) {
  await t.test(`RBAC refuses the ${process} nothing`, async (t) => {
    const requests = await audited(stack, process)
    t.ok(requests.length > 5)
    t.same(
      requests.filter(({ code }) => code === 401 || code === 403),
      [],
    )
  })

  await t.test(`the ${process} used every right that it has`, async (t) => {
    const requests = await audited(stack, process)
    const used = (right: ReturnType<typeof rightsOf>[number]): boolean =>
      requests.some(
        ({ verb, resource, namespace: where, name }) =>
          verb === right.verb &&
          resource === right.resource &&
          (right.namespace === '' || right.namespace === where) &&
          (right.names.length === 0 || right.names.includes(name)),
      )
    const unused = rightsOf(roles)
      .filter((right) => !used(right))
      .map(({ namespace: where, resource, verb }) => [where, resource, verb].join(' ').trim())
    t.same(
      unused.filter((right) => reasons[right] === undefined),
      [],
    )
    for (const right of unused) t.comment(`not used: ${right} (${reasons[right]})`)
  })
}

await t.test('IAM allows each process what it called in this life', async (t) => {
  const calls = await emulator.calls()
  for (const [process, policy] of [
    ['webhook', webhookPolicy],
    ['controller', controllerPolicy],
  ] as const) {
    const made = new Set(
      calls.filter(({ client }) => client === process).map((call) => `${call.service}:${call.action}`),
    )
    const allowed = new Set(actionsOf(policy))
    t.ok(made.size > 0, process)
    t.same(
      [...made].filter((action) => !allowed.has(action)),
      [],
      process,
    )
    t.comment(`${process}: called ${made.size} of ${allowed.size} allowed actions`)
  }
  t.same(
    calls.filter(({ client }) => client !== 'webhook' && client !== 'controller'),
    [],
  )
})
