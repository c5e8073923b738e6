import { EC2Client } from '@aws-sdk/client-ec2'
import { connect } from 'node:tls'
import t from 'tap'
import { createNetwork, createSubnet } from '../aws/fixture-network.ts'
import { addressOf, eventOn } from './support/controller.ts'
import { accepted, refused } from './support/expect.ts'
import { apply, eventually, kubectl, put, read, readExisting, succeed } from './support/kubectl.ts'
import { ingress, type Manifest, service } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false, webhook: false })
const { emulator, fixture, product } = stack
const fast = ['--shutdown-delay=100ms', '--certificate-poll-period=100ms']
const webhook = await stack.startWebhook({ flags: fast })
await stack.registerWebhooks()

const namespace = 'away'
await createNamespaces(stack, [namespace])
await put(stack, {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx' },
  spec: { controller: 'k8s.io/ingress-nginx' },
})

const created = (name = 'echoserver'): string => `ingress.networking.k8s.io/${name} created`
const dryRun = ['--dry-run=server']

/** Applies an Ingress that is not to stay. */
const tryOut = async (object: Manifest, args: readonly string[] = []) => {
  const result = await apply(stack, object, args)
  await succeed(stack, ['delete', 'ingress', '-n', namespace, '--all'])
  return result
}

await t.test('a dry-run writes nothing', async (t) => {
  await emulator.resetCalls()
  const { code, stdout, stderr } = await apply(stack, ingress({ namespace }), dryRun)
  t.same({ code, stdout }, { code: 0, stdout: `${created()} (server dry run)\n` })
  t.match(stderr, /^Warning: plan: \+ load balancer k8s-away-echoserv-/)
  t.equal(await read(stack, namespace, 'ingress', 'echoserver'), undefined)
  t.same(
    (await emulator.calls()).filter(({ write }) => write),
    [],
  )
})

await t.test('on a dry-run faults of other objects of the cluster are warnings', async (t) => {
  await put(stack, service({ namespace, name: 'internal', type: 'ClusterIP' }))
  const dry = `${created()} (server dry run)`
  accepted(
    t,
    await apply(stack, ingress({ namespace, paths: [{ service: 'internal' }] }), dryRun),
    [dry],
    [
      'rules[0].paths[0]: Service type is ClusterIP, but target-type is instance (default) and needs a node port',
      'plan: defaults ip-address-type=ipv4, listen-ports=[{"HTTP":80}], target-type=instance and 7 more',
      'plan: incomplete: nothing is applied until rules[0].paths[0] is right',
    ],
  )
  accepted(
    t,
    await apply(stack, ingress({ namespace, className: 'albb' }), dryRun),
    [dry],
    ['ingressClassName: Not found: "albb": no such IngressClass; did you mean "alb"?'],
  )
  const keys = { 'healthcheck-interval-seconds': '1' }
  const mixed = await apply(stack, ingress({ namespace, keys, paths: [{ port: { number: 81 } }] }), dryRun)
  refused(t, mixed, [
    'Warning: rules[0].paths[0]: Not found: 81: Service "echoserver" has port 80; write 80',
    'The Ingress "echoserver" is invalid: metadata.annotations[alb.ingress.kubernetes.io/healthcheck-interval-seconds]: Invalid value: "1": must be 5 to 300; write "15" [OutOfRange]',
  ])
})

const unknownSubnets = (
  first: number,
): { readonly keys: { readonly subnets: string }; readonly ids: readonly string[] } => {
  const ids = [first, first + 1].map((number) => `subnet-0123456789abcde${number.toString(16)}`)
  return { keys: { subnets: ids.join() }, ids }
}

const unchecked = (ids: readonly string[], why: string): readonly string[] =>
  ids.map((id) => `subnets: ${id} not checked: ${why}; the controller checks it again`)

await t.test('AWS away denies nothing, and what was not checked is named', async (t) => {
  const cases = [
    [() => emulator.configure({ denied: ['ec2:*'] }), 'EC2 refused ec2:DescribeSubnets'],
    [
      () => emulator.fault({ kind: 'throttle', action: 'DescribeSubnets', times: 'forever' }),
      'EC2 throttled ec2:DescribeSubnets',
    ],
    [
      () => emulator.fault({ kind: 'hold', action: 'DescribeSubnets', times: 'forever' }),
      'EC2 gave no answer in 1.5 s',
    ],
    // At last, since a service that is away is not asked for a while.
    [() => emulator.configure({ unavailable: 'refuse' }), 'EC2 gave no answer'],
    [() => emulator.configure({ unavailable: 'reset' }), 'EC2 gave no answer'],
  ] as const
  for (const [index, [disturb, why]] of cases.entries()) {
    const { keys, ids } = unknownSubnets(2 * index)
    await disturb()
    accepted(t, await tryOut(ingress({ namespace, keys })), [created()], unchecked(ids, why))
    await emulator.configure({ unavailable: 'no', denied: [] })
    await emulator.clearFaults()
  }
})

await t.test('AWS away does not matter where the facts are known', async (t) => {
  await emulator.configure({ unavailable: 'refuse' })
  accepted(t, await tryOut(ingress({ namespace })), [created()])
  await emulator.configure({ unavailable: 'no' })
})

/** The serial number of the certificate that the webhook serves to a new connection. */
const servedSerial = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: product.webhookPort, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    })
    socket.once('error', reject)
  })

await t.test('the certificate is renewed three times under admissions, none of which fails', async (t) => {
  const renewed = new AbortController()
  const admit = async (name: string): Promise<number> => {
    let admitted = 0
    while (!renewed.signal.aborted) {
      const result = await apply(stack, ingress({ namespace, name, keys: { tags: `round=${admitted}` } }))
      t.equal(result.stderr, '')
      t.equal(result.code, 0)
      admitted += 1
    }
    return admitted
  }
  const admitting = Promise.all(['one', 'two'].map(admit))
  for (let renewal = 0; renewal < 3; renewal += 1) {
    const before = await servedSerial()
    await stack.renewWebhookCertificate()
    await eventually('the new certificate is served', async () =>
      (await servedSerial()) === before ? undefined : true,
    )
  }
  renewed.abort()
  for (const admitted of await admitting) t.ok(admitted > 0)
  await succeed(stack, ['delete', 'ingress', '-n', namespace, '--all'])
})

await t.test('step 17: with the webhook away only our own Ingresses are held up', async (t) => {
  await put(stack, ingress({ namespace, name: 'there' }))
  t.equal((await webhook.stop()).code, 0)
  accepted(t, await apply(stack, ingress({ namespace, name: 'nginx', className: 'nginx', keys: {} })), [
    created('nginx'),
  ])
  accepted(t, await apply(stack, ingress({ namespace, name: 'with-keys', className: 'nginx' })), [created('with-keys')])
  accepted(t, await apply(stack, service({ namespace, type: 'ClusterIP' })), ['service/echoserver configured'])
  accepted(t, await apply(stack, service({ namespace })), ['service/echoserver configured'])
  const pod = { kind: 'Pod', apiVersion: 'v1', spec: { containers: [{ name: 'main', image: 'echoserver' }] } }
  await succeed(stack, ['label', 'namespace', namespace, 'elbv2.k8s.aws/pod-readiness-gate-inject=enabled'])
  accepted(t, await apply(stack, { ...pod, metadata: { name: 'one', namespace } }), ['pod/one created'])
  accepted(t, await kubectl(stack, ['label', 'ingress', 'there', '-n', namespace, 'team=a']), [
    'ingress.networking.k8s.io/there labeled',
  ])
  accepted(t, await kubectl(stack, ['delete', 'ingress', 'there', 'nginx', 'with-keys', '-n', namespace]), [
    'ingress.networking.k8s.io "there" deleted from away namespace',
    'ingress.networking.k8s.io "nginx" deleted from away namespace',
    'ingress.networking.k8s.io "with-keys" deleted from away namespace',
  ])
  const url = `https://127.0.0.1:${product.webhookPort}/validate/ingress?timeout=5s`
  refused(t, await apply(stack, ingress({ namespace })), [
    `Error from server (InternalError): error when creating "STDIN": Internal error occurred: failed calling webhook "validate.ingress.k8s.aws": failed to call webhook: Post "${url}": dial tcp 127.0.0.1:${product.webhookPort}: connect: connection refused`,
  ])
})

await t.test('step 17: with failurePolicy Ignore our Ingresses come in unjudged and without defaults', async (t) => {
  const policy = async (failurePolicy: 'Fail' | 'Ignore'): Promise<void> => {
    const changes = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: failurePolicy }]
    const configuration = ['validatingwebhookconfiguration', 'alb-ingress']
    await succeed(stack, ['patch', ...configuration, '--type=json', '-p', JSON.stringify(changes)])
  }
  await policy('Ignore')
  const admitted = await eventually('the API server has taken the policy', async () => {
    const result = await apply(stack, ingress({ namespace, keys: { scheme: 'public' } }))
    return result.code === 0 ? result : undefined
  })
  accepted(t, admitted, [created()])
  const { metadata } = await readExisting(stack, namespace, 'ingress', 'echoserver')
  t.equal(metadata.annotations['ingress.k8s.aws/defaulted'], undefined)
  const controller = await stack.startController()
  const { type, message } = await eventOn(stack, namespace, 'FailedBuildModel')
  t.same(
    { type, message },
    {
      type: 'Warning',
      message:
        'Failed build model due to metadata.annotations[alb.ingress.kubernetes.io/scheme]: Unsupported value: "public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]',
    },
    'the controller judges',
  )
  await put(stack, ingress({ namespace }))
  t.match(await addressOf(stack, namespace), /\.elb\.amazonaws\.com$/)
  await succeed(stack, ['delete', 'ingress', '-n', namespace, '--all', '--timeout=60s'])
  t.same(await controller.stop(), { code: 0, signal: null })
  await policy('Fail')
  await eventually('the API server has taken the policy', async () => {
    const result = await apply(stack, ingress({ namespace }), dryRun)
    return result.code === 1 ? true : undefined
  })
})

await t.test('a webhook that starts while AWS is away is ready, and denies nothing for it', async (t) => {
  await emulator.configure({ unavailable: 'refuse' })
  const second = await stack.startWebhook({ flags: fast })
  accepted(
    t,
    await tryOut(ingress({ namespace })),
    [created()],
    [
      'scheme: not checked: Elastic Load Balancing gave no answer; the controller checks it again',
      'subnets: not checked: Elastic Load Balancing gave no answer; the controller checks it again',
    ],
  )
  const { code, stderr } = await tryOut(ingress({ namespace, keys: { scheme: 'public' } }))
  t.equal(code, 1)
  t.match(stderr, 'Unsupported value: "public"')
  await emulator.configure({ unavailable: 'no' })
  t.equal((await second.stop()).code, 0)
})

await t.test('M11: discovery that finds one zone only tells its verdict on each subnet', async (t) => {
  const third = await stack.startWebhook({ flags: [...fast, `--aws-vpc-id=${fixture.m11VpcId}`] })
  const { chosen, 'not-chosen': notChosen, full, stage } = fixture.m11Subnets
  const verdicts = [
    `  ${chosen.id} ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)`,
    `  ${notChosen.id} ap-northeast-1a  not chosen: ${chosen.id} in the same zone has the smaller id`,
    `  ${full.id} ap-northeast-1c  rejected: 3 free addresses, 8 needed`,
    `  ${stage.id} ap-northeast-1d  rejected: tagged for cluster "stage" only`,
  ]
  refused(t, await apply(stack, ingress({ namespace })), [
    `The Ingress "echoserver" is invalid: metadata.annotations[alb.ingress.kubernetes.io/subnets]: Required value: no usable subnets for an internet-facing load balancer in ${fixture.m11VpcId}: 1 zone found, 2 needed; tag a subnet of another zone kubernetes.io/role/elb=1 [SubnetsNotFound]`,
    ...verdicts.toSorted(),
  ])
  await third.stop()
})

await t.test('step 1: subnets with the tag of 2017 alone are found, with a warning', async (t) => {
  const ec2 = new EC2Client({
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  t.teardown(() => ec2.destroy())
  const vpc = await createNetwork(ec2, '10.17.0.0/16', '2017')
  const tags = { 'kubernetes.io/role/alb-ingress': '', 'kubernetes.io/cluster/demo': 'shared' }
  for (const zone of ['a', 'c', 'd'] as const)
    await createSubnet(ec2, vpc, { zone, cidr: `10.17.${zone.charCodeAt(0)}.0/24`, tags, isPublic: true })
  const fourth = await stack.startWebhook({ flags: [...fast, `--aws-vpc-id=${vpc.id}`] })
  accepted(
    t,
    await tryOut(ingress({ namespace })),
    [created()],
    ['subnets: 3 found by the old tag kubernetes.io/role/alb-ingress; tag them kubernetes.io/role/elb=1'],
  )
  t.same(await fourth.stop(), { code: 0, signal: null })
})
