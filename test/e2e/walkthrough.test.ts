import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { importCertificate } from '../aws/fixture-certificates.ts'
import {
  echoBehind,
  get,
  getOnceHealthy,
  listenerPort,
  nothing,
  ours,
  quietCalls,
  writeActions,
} from './support/aws.ts'
import { addresses, addressOf, applied, eventOn } from './support/controller.ts'
import { accepted, refused } from './support/expect.ts'
import { apply, eventually, kubectl, put, read, succeed } from './support/kubectl.ts'
import { ingress, type Manifest, service, walkthroughKeys } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t)
const { emulator } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const host = 'echoserver.example.com'
const loadBalancerName = 'k8s-echoserv-echoserv-186b9edebd'
const dnsName = `${loadBalancerName}-1.ap-northeast-1.elb.amazonaws.com`

await createNamespaces(stack, [namespace])
const nodePort = service({ namespace, ports: [{ port: 80, targetPort: 8080, nodePort: 31_509 }] })
await put(stack, nodePort)
await echoBehind(t, stack, 31_509)

/** What the plan of the walkthrough is, but for the hash. */
await t.test('section 3: the plan at --dry-run=server, before anything exists', async (t) => {
  await emulator.resetCalls()
  const objects = await succeed(stack, ['get', 'ingresses,configmaps,targetgroupbindings,events', '-A', '-o', 'name'])
  accepted(
    t,
    await apply(stack, ingress({ namespace }), ['--dry-run=server']),
    ['ingress.networking.k8s.io/echoserver created (server dry run)'],
    [
      `plan: + load balancer ${loadBalancerName} (internet-facing, ipv4, 3 subnets)`,
      'plan: + 2 security groups, 1 rule on nodes, 1 listener (HTTP:80), 1 rule, 1 target group (instance, node port 31509)',
      'plan: defaults ip-address-type=ipv4, listen-ports=[{"HTTP":80}], target-type=instance and 7 more',
    ],
  )
  t.same(writeActions(await quietCalls(emulator)), [])
  t.equal(await succeed(stack, ['get', 'ingresses,configmaps,targetgroupbindings,events', '-A', '-o', 'name']), objects)
  t.same(ours(await emulator.snapshot()), nothing)
})

await t.test(
  'section 3: the Ingress is created in less than 2 s, its status once its rules are in place',
  async (t) => {
    await emulator.fault({ kind: 'hold', action: 'CreateRule' })
    const start = performance.now()
    const result = await apply(stack, ingress({ namespace }))
    const milliseconds = performance.now() - start
    accepted(t, result, ['ingress.networking.k8s.io/echoserver created'])
    t.ok(milliseconds < 2000, `${milliseconds.toFixed(0)} ms`)
    t.equal(await emulator.held(30_000), 1)
    t.equal((await emulator.listeners()).length, 1)
    t.same(await addresses(stack, namespace), [], 'no address while the rule is being made')
    await emulator.clearFaults()
    t.equal(await addressOf(stack, namespace), dnsName)
    await applied(stack, group)
    const shown = await succeed(stack, ['get', 'ingress', '-n', namespace])
    t.equal(
      shown.replace(/\d+s\n$/, 'AGE\n'),
      [
        'NAME         CLASS   HOSTS                    ADDRESS                                                               PORTS   AGE',
        `echoserver   alb     echoserver.example.com   ${dnsName}   80      AGE\n`,
      ].join('\n'),
    )
  },
)

await t.test('section 3: kubectl describe shows what is in force', async (t) => {
  await eventOn(stack, namespace, 'SuccessfullyReconciled')
  const described = await succeed(stack, ['describe', 'ingress', '-n', namespace, 'echoserver'])
  t.equal(
    described
      .replace(/echoserver:80 \(.*\)/, 'echoserver:80 (...)')
      .replace(/Reconciled {2}\S+ +/, 'Reconciled  6s    '),
    `Name:             echoserver
Labels:           <none>
Namespace:        echoserver
Address:          ${dnsName}
Ingress Class:    alb
Default backend:  <default>
Rules:
  Host                    Path  Backends
  ----                    ----  --------
  echoserver.example.com  
                          /   echoserver:80 (...)
Annotations:              alb.ingress.kubernetes.io/backend-protocol: HTTP
                          alb.ingress.kubernetes.io/backend-protocol-version: HTTP1
                          alb.ingress.kubernetes.io/healthcheck-interval-seconds: 15
                          alb.ingress.kubernetes.io/healthcheck-port: traffic-port
                          alb.ingress.kubernetes.io/healthcheck-timeout-seconds: 5
                          alb.ingress.kubernetes.io/healthy-threshold-count: 2
                          alb.ingress.kubernetes.io/ip-address-type: ipv4
                          alb.ingress.kubernetes.io/listen-ports: [{"HTTP":80}]
                          alb.ingress.kubernetes.io/scheme: internet-facing
                          alb.ingress.kubernetes.io/tags: Environment=dev,Team=test
                          alb.ingress.kubernetes.io/target-type: instance
                          alb.ingress.kubernetes.io/unhealthy-threshold-count: 2
                          ingress.k8s.aws/defaulted:
                            backend-protocol=56d6f321,backend-protocol-version=18c4256b,healthcheck-interval-seconds=e629fa65,healthcheck-port=37f47e19,healthcheck-ti...
Events:
  Type    Reason                  Age   From     Message
  ----    ------                  ----  ----     -------
  Normal  SuccessfullyReconciled  6s    ingress  Successfully reconciled
`,
  )
})

/** The Ingress with a change as the walkthrough makes it: only the keys that are named differ. */
const changed = (keys: Readonly<Record<string, string>>): Manifest =>
  ingress({ namespace, keys: { ...walkthroughKeys, ...keys } })

const mistakes: Readonly<Record<string, Manifest>> = {
  M1: changed({ 'listen-ports': '80,443' }),
  M2: changed({ scheme: 'public', subnets: 'subnet-0a1b2c3d' }),
  M7: ingress({
    namespace,
    keys: { ...walkthroughKeys, 'healthcheck-interval-seconds': '1', 'success-codes': '2xx' },
    paths: [{ port: { number: 81 } }],
  }),
  M12: ingress({ namespace, paths: [{}, { path: '/img/*', pathType: 'Exact' }] }),
  M13: ingress({ namespace, className: 'albb' }),
}

await t.test('section 4: a denial changes nothing, and an Ingress that is there goes on to serve', async (t) => {
  const port = await listenerPort(stack, dnsName)
  await getOnceHealthy(port, '/', host)
  await quietCalls(emulator)
  await emulator.resetCalls()
  const before = await read(stack, namespace, 'ingress', 'echoserver')
  for (const [name, object] of Object.entries(mistakes)) {
    t.equal((await apply(stack, object)).code, 1, name)
    t.equal((await get(port, '/', host)).status, 200, name)
    t.same(await read(stack, namespace, 'ingress', 'echoserver'), before, name)
  }
  t.same(writeActions(await quietCalls(emulator)), [])
})

const day = 86_400_000

const specOf = (...rules: readonly Manifest[]): Manifest => ({ ingressClassName: 'alb', rules })

await t.test('M16: admitted with warnings, most important first', async (t) => {
  const arn = await importCertificate(emulator, { names: [host], notAfter: new Date(Date.now() + 12 * day - 60_000) })
  const ruleOf = (path: string, pathType: string, name: string): Manifest => ({
    host,
    http: { paths: [{ path, pathType, backend: { service: { name, port: { number: 80 } } } }] },
  })
  const everything = ruleOf('/*', 'ImplementationSpecific', 'echoserver')
  const keys = { ...walkthroughKeys, 'certificate-arn': arn }
  const digest = await applied(stack, group)
  t.equal((await apply(stack, ingress({ namespace, keys, spec: specOf(everything) }))).code, 0)
  await applied(stack, group, digest)
  await emulator.fault({ kind: 'hold', action: 'acm:*', times: 'forever' })
  const silent = await importCertificate(emulator, { names: [host] })
  const result = await apply(
    stack,
    ingress({
      namespace,
      keys: { ...keys, 'certificate-arn': `${arn},${silent}`, sheme: 'internal', successCodes: '200-299' },
      spec: specOf(everything, ruleOf('/admin', 'Prefix', 'web')),
    }),
  )
  await emulator.clearFaults()
  accepted(
    t,
    result,
    ['ingress.networking.k8s.io/echoserver configured'],
    [
      'backend web:80: Service "web" does not exist yet; its path answers 503 until it does',
      `certificate-arn: ...${silent.slice(-8)} not checked: ACM gave no answer in 1.5 s; the controller checks it again`,
      `certificate-arn: ...${arn.slice(-8)} expires in 12 days and cannot be renewed automatically`,
      'rule 2 (/admin) can never match: rule 1 (/*) comes first',
      'sheme: unknown key, ignored; did you mean scheme?',
      'successCodes: old spelling, read as success-codes',
    ],
  )
})

await t.test('M16: keys of ours under a class of somebody else', async (t) => {
  const spec = { controller: 'k8s.io/ingress-nginx' }
  await put(stack, { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec })
  accepted(
    t,
    await apply(stack, ingress({ namespace, name: 'other', className: 'nginx' })),
    ['ingress.networking.k8s.io/other created'],
    ['2 alb.ingress.kubernetes.io keys have no effect: class nginx is not an ALB class'],
  )
})

await t.test('section 4: a port that goes later is an event with the text and code of admission', async (t) => {
  await put(stack, ingress({ namespace }))
  await eventually(
    'HTTP again',
    async () => {
      const [listener, ...others] = (await emulator.snapshot()).loadBalancers[0]?.listeners ?? []
      return listener?.port === 80 && others.length === 0 ? true : undefined
    },
    30_000,
  )
  const wanted = ingress({ namespace, name: 'twin' })
  const ports = [{ port: 81, targetPort: 8080, nodePort: 31_509 }]
  accepted(
    t,
    await apply(stack, service({ namespace, ports })),
    ['service/echoserver configured'],
    ['port 80 removed: used by Ingress echoserver/echoserver'],
  )
  const fault =
    'spec.rules[0].http.paths[0].backend.service.port.number: Not found: 80: Service "echoserver" has port 81; write 81 [ServicePortNotFound]'
  await eventually('admission to know of it', async () =>
    (await apply(stack, wanted, ['--dry-run=server'])).stderr.includes('ServicePortNotFound') ||
    (await apply(stack, wanted)).code === 1
      ? true
      : undefined,
  )
  refused(t, await apply(stack, wanted), [`The Ingress "twin" is invalid: ${fault}`])
  await eventOn(stack, namespace, 'FailedBuildModel')
  const described = await succeed(stack, ['describe', 'ingress', '-n', namespace, 'echoserver'])
  t.match(
    described.replaceAll(/ +/g, ' '),
    new RegExp(
      `Warning FailedBuildModel \\S+ ingress Failed build model due to ${fault.replaceAll(/[.[\]()]/g, '\\$&')}\n`,
    ),
  )
  const [listener] = (await emulator.snapshot()).loadBalancers[0]?.listeners ?? []
  t.equal(listener?.rules.length, 1, 'its rule stays, without targets')
  await put(stack, nodePort)
  await getOnceHealthy(await listenerPort(stack, dnsName), '/', host)
})

const elb = new ElasticLoadBalancingV2Client({
  endpoint: emulator.uncountedEndpoint,
  region: emulator.region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})
t.teardown(() => elb.destroy())

await t.test('step 8: the address is the DNS name in lower case', async (t) => {
  await createNamespaces(stack, ['named'])
  await put(stack, ingress({ namespace: 'named', keys: { ...walkthroughKeys, 'load-balancer-name': 'Shop-1' } }))
  t.equal(await addressOf(stack, 'named'), 'shop-1-1.ap-northeast-1.elb.amazonaws.com')
  const names = ours(await emulator.snapshot(), 'named/echoserver').loadBalancers.map((each) => each.dnsName)
  t.same(names, ['Shop-1-1.ap-northeast-1.elb.amazonaws.com'])
})

await t.test(
  'section 6: a deletion ends with every quota used up, and its listener and load balancer are gone',
  async (t) => {
    const other = 'named/echoserver'
    await applied(stack, other)
    const untouched = ours(await emulator.snapshot(), other)
    const port = await listenerPort(stack, dnsName)
    const none = {
      loadBalancers: 0,
      targetGroups: 0,
      rulesPerSecurityGroup: 0,
      rulesPerLoadBalancer: 0,
      tagsPerResource: 0,
    }
    await emulator.configure({ quotas: none })
    accepted(t, await kubectl(stack, ['delete', 'namespace', namespace, '--timeout=60s']), [
      `namespace "${namespace}" deleted`,
    ])
    t.same(ours(await emulator.snapshot(), group), nothing)
    t.same(ours(await emulator.snapshot(), other), untouched, 'those of another Ingress are as they were')
    await t.rejects(get(port, '/', host), { code: 'ECONNREFUSED' })
    await t.rejects(elb.send(new DescribeLoadBalancersCommand({ Names: [loadBalancerName] })), {
      name: 'LoadBalancerNotFoundException',
    })
  },
)
