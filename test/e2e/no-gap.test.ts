import t from 'tap'
import { importCertificate } from '../aws/fixture-certificates.ts'
import type { AwsState } from '../aws/state.ts'
import { makeGapsByHand } from './support/gaps-by-hand.ts'
import { logged } from './support/controller.ts'
import { eventually, put, succeed } from './support/kubectl.ts'
import { service } from './support/objects.ts'
import { bindingName, conditionOf, endPod, makeReady, runPod } from './support/pods.ts'
import {
  clients,
  hosts,
  listenerOf,
  namespace,
  overBoth,
  type Paths,
  startShop,
  targetGroupOf,
  targetGroupsInUse,
} from './support/shop.ts'
import type { Answers } from './support/traffic.ts'

const shop = await startShop(t)
const { stack, change, until, manifest } = shop
const { emulator, fixture } = stack
const { certificates } = fixture
const renewed = await importCertificate(emulator, { names: ['*.example.com'] })

const withShop = (of: Readonly<Record<string, string>>): Paths => ({ ...hosts, 'shop.example.com': of })

await change('nothing', {}, async () => undefined)

await change('a path goes in before others', overBoth({ 'shop.example.com/api/new': 'web' }), () =>
  put(stack, manifest({}, withShop({ '/api/new': 'web', '/api': 'api', '/': 'web' }))),
)
await change('paths stand in another order', {}, async () => {
  const before = listenerOf(await shop.state(), 443)?.rules.map(({ conditions }) => JSON.stringify(conditions))
  const { 'shop.example.com': ofShop = {}, ...others } = withShop({ '/': 'web', '/api': 'api', '/api/new': 'web' })
  await put(stack, manifest({}, { ...others, 'shop.example.com': ofShop }))
  await until('rules in another order', (state) => {
    const now = listenerOf(state, 443)?.rules.map(({ conditions }) => JSON.stringify(conditions))
    return now?.join() !== before?.join()
  })
})
await change(
  'the broadest path gives way to a new first one',
  overBoth({ 'shop.example.com/': '404', 'shop.example.com/new': 'web' }),
  () => put(stack, manifest({}, withShop({ '/new': 'web', '/api/new': 'web', '/api': 'api' }))),
)
await change(
  'paths go and come',
  overBoth({ 'shop.example.com/': 'web', 'shop.example.com/api/new': 'api', 'shop.example.com/new': 'web' }),
  () => put(stack, manifest()),
)
await change(
  'another rule gets another host',
  overBoth({ 'old.example.com/': '404', 'new.example.com/': 'api' }),
  () => {
    const { 'old.example.com': moved, ...others } = hosts
    return put(stack, manifest({}, { ...others, 'new.example.com': moved }))
  },
)
await change('and back', overBoth({ 'old.example.com/': 'api', 'new.example.com/': '404' }), () =>
  put(stack, manifest()),
)

const certificatesToBe = async (first: string, ...others: readonly string[]): Promise<void> => {
  await put(stack, manifest({ 'certificate-arn': [first, ...others].join() }))
  await until(`certificates ${[first, ...others].join()}`, (state) => {
    const tls = listenerOf(state, 443)?.tls
    return (
      tls?.defaultCertificate === first &&
      tls.extraCertificates.toSorted().join() === [first, ...others].toSorted().join()
    )
  })
}
await change('the certificate is replaced', {}, () => certificatesToBe(renewed))
await change('a second certificate is added', {}, () => certificatesToBe(renewed, certificates['app.example.com']))
await change('the second certificate becomes the default', {}, () =>
  certificatesToBe(certificates['app.example.com'], renewed),
)
await change('the first certificate alone again', {}, () => certificatesToBe(certificates['*.example.com']))

const port8080 = '[{"HTTP":80},{"HTTPS":443},{"HTTP":8080}]'
await change('a port is added', { 'http://shop.example.com:8080/': 'web' }, () =>
  put(stack, manifest({ 'listen-ports': port8080 })),
)
await change('the port is removed', { 'http://shop.example.com:8080/': 'no listener' }, () => put(stack, manifest()))

const policy = 'ELBSecurityPolicy-TLS13-1-2-2021-06'
await change('the security policy changes', {}, async () => {
  await put(stack, manifest({ 'ssl-policy': policy }))
  await until('the policy', (state) => listenerOf(state, 443)?.tls?.policy === policy)
})

const plain: Answers = {
  'http://shop.example.com/': 'web',
  'http://shop.example.com/api/v1': 'api',
  'http://shop.example.com/api/new': 'api',
  'http://shop.example.com/new': 'web',
  'http://app.example.com/': 'pods',
  'http://old.example.com/': 'api',
  'http://new.example.com/': '404',
}
const redirected: Answers = Object.fromEntries(
  Object.keys(plain).map((url) => {
    const { hostname, pathname } = new URL(url)
    return [url, `301 https://${hostname}:443${pathname}`]
  }),
)
await change('HTTP is redirected', redirected, () => put(stack, manifest({ 'ssl-redirect': '443' })))
await change('HTTP is served again', plain, () => put(stack, manifest()))

const [firstNode] = fixture.instances
const nodeName = `ip-${(firstNode?.address ?? '').replaceAll('.', '-')}.${emulator.region}.compute.internal`
const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers'
const nodesToBe = (count: number): Promise<true> =>
  until(`${count} nodes`, (state) =>
    ['web', 'api'].every((name) => targetGroupOf(state, name)?.targets.length === count),
  )
await change('a node goes', {}, async () => {
  await succeed(stack, ['label', 'node', nodeName, `${excluded}=true`])
  await nodesToBe(2)
})
await change('a node comes', {}, async () => {
  await succeed(stack, ['label', 'node', nodeName, `${excluded}-`])
  await nodesToBe(3)
})

await change('Pods are rolled, behind readiness gates', {}, async () => {
  const gate = `target-health.elbv2.k8s.aws/${await bindingName(stack, namespace, 'pods')}`
  for (const [index, [old, name]] of [['one', 'three'] as const, ['two', 'four'] as const].entries()) {
    const pod = { namespace, name, app: 'pods', node: index, offset: 50 }
    const address = await runPod(stack, { ...pod, readinessGates: [gate] })
    await shop.standBehind('pods', address, 8080)
    await eventually(
      `the gate of ${name}`,
      async () => ((await conditionOf(stack, namespace, name, gate))?.status === 'True' ? true : undefined),
      40_000,
    )
    await makeReady(stack, pod)
    await endPod(stack, namespace, old)
    await until(`${address} and without ${old}`, (state) => {
      const now = targetGroupOf(state, 'pods')?.targets ?? []
      return now.length === 2 && now.some(({ id }) => id === address)
    })
  }
})

const nodePort = 32_123
const ports = (nodePort: number) => [{ port: 80, targetPort: 8080, nodePort }]
await change('the node port of a Service changes', {}, async () => {
  await shop.behindNodes('api', nodePort)
  await put(stack, service({ namespace, name: 'api', ports: ports(nodePort) }))
  await until('targets on the new port', (state) => {
    const now = targetGroupOf(state, 'api')?.targets ?? []
    return now.length === 3 && now.every(({ port }) => port === nodePort)
  })
})

await change('health checks change', {}, async () => {
  await put(stack, manifest({ 'healthcheck-path': '/health', 'healthcheck-interval-seconds': '20' }))
  await until('the new checks', (state) =>
    targetGroupsInUse(state).every(({ settings }) => settings['HealthCheckPath'] === '/health'),
  )
})

const protocolToBe = async (more: Readonly<Record<string, string>>, protocol: string): Promise<void> => {
  await put(stack, manifest(more))
  await until(`targets of ${protocol}`, (state) =>
    targetGroupsInUse(state).every(({ settings }) => settings['Protocol'] === protocol),
  )
}
await change('targets are spoken to over HTTPS', {}, () => protocolToBe({ 'backend-protocol': 'HTTPS' }, 'HTTPS'))
await change('targets are spoken to over HTTP again', {}, () => protocolToBe({}, 'HTTP'))

const { extra } = fixture.securityGroups
const groupsOf = (state: AwsState): readonly string[] => state.loadBalancers[0]?.securityGroups ?? []
await change('clients are narrowed', {}, () => put(stack, manifest({ 'inbound-cidrs': clients })))
await change('a security group of its own', {}, async () => {
  await put(stack, manifest({ 'security-groups': extra, 'manage-backend-security-group-rules': 'true' }))
  await until('the group', (state) => groupsOf(state).includes(extra))
})
await change('the managed security group again', {}, async () => {
  await put(stack, manifest())
  await until('the managed group', (state) => !groupsOf(state).includes(extra))
})

const ofApi = ['shop.example.com/api/v1', 'shop.example.com/api/new', 'old.example.com/']
const apiAnswers = (answer: string): Answers => overBoth(Object.fromEntries(ofApi.map((url) => [url, answer])))
await change('a Service is deleted', apiAnswers('503'), () =>
  succeed(stack, ['delete', 'service', '-n', namespace, 'api']),
)
await change('the Service is made again', apiAnswers('api'), () =>
  put(stack, service({ namespace, name: 'api', ports: ports(nodePort) })),
)

await change(
  'the controller is killed in the middle of a change',
  overBoth({ 'shop.example.com/api/new': 'web', 'old.example.com/': '404', 'new.example.com/': 'api' }),
  async () => {
    await emulator.fault({ kind: 'hold', action: 'write:*', at: 2 })
    const { 'old.example.com': moved = {}, ...others } = withShop({ '/api/new': 'web', '/api': 'api', '/': 'web' })
    await put(stack, manifest({}, { ...others, 'new.example.com': moved }))
    if ((await emulator.held(15_000)) !== 1) throw new Error('the write was not executed')
    await Promise.all([shop.endController('SIGKILL'), emulator.clearFaults()])
    await succeed(stack, ['delete', 'lease', '-n', 'kube-system', 'aws-load-balancer-controller-leader'])
    await logged(await shop.startController(), 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  },
)

await t.test('gaps that somebody makes by hand are noticed', async (t) => {
  await shop.endController('SIGTERM')
  await makeGapsByHand(t, shop)
})
