import { ACMClient, DeleteCertificateCommand } from '@aws-sdk/client-acm'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { importCertificate, requestCertificate } from '../aws/fixture-certificates.ts'
import type { RunningProcess } from '../local/stack.ts'
import {
  comparableState,
  echoBehind,
  get,
  getOnceHealthy,
  listenerPort,
  nodeRules,
  nothing,
  ours,
  quietCalls,
  tellCalls,
  writeActions,
} from './support/aws.ts'
import { addresses, addressOf, applied, eventOn, eventsOn, logged, nodePortOf } from './support/controller.ts'
import { accepted, refused } from './support/expect.ts'
import { getHttps, presented, whileAsking } from './support/https.ts'
import { apply, eventually, kubectl, put, readExisting, succeed } from './support/kubectl.ts'
import { ingress, type IngressOptions, type Manifest, prefix, walkthroughKeys } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false })
const { emulator, fixture } = stack
const certificates = fixture.certificates
const atStart = await emulator.snapshot()
/** Certificates that change are to be seen soon. */
const soon = ['--facts-refresh=1s', '--set-aside-max-delay=1s']
let controller: RunningProcess = await stack.startController({ flags: soon })
await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')

const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const host = 'echoserver.example.com'
const both = '[{"HTTP":80},{"HTTPS":443}]'
const names = [namespace, 'mistakes', 'sni', 'found', 'away', 'pending'] as const
await createNamespaces(stack, names)

const annotation = (key: string): string => `metadata.annotations[${prefix}${key}]`
const invalid = 'The Ingress "echoserver" is invalid: '
const created = 'ingress.networking.k8s.io/echoserver created'
/** `...4b3c2d1e`: how warnings name a certificate. */
const short = (arn: string): string => `...${arn.slice(-8)}`
/** How refusals name a certificate. */
const quoted = (arn: string): string => `"${arn.slice(0, arn.indexOf('/') + 1)}${short(arn)}"`
const https = (of: string, keys: Readonly<Record<string, string>>, more: Omit<IngressOptions, 'namespace'> = {}) =>
  ingress({ namespace: of, keys: { ...walkthroughKeys, ...keys }, ...more })
/** One path for each host; undefined: a rule without one. */
const specOf = (...hosts: readonly (string | undefined)[]): Manifest => {
  const backend = { service: { name: 'echoserver', port: { number: 80 } } }
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] }
  return {
    ingressClassName: 'alb',
    rules: hosts.map((each) => ({ ...(each === undefined ? {} : { host: each }), http })),
  }
}
const listenersOf = async (of: string) =>
  ours(await emulator.snapshot(), `${of}/echoserver`).loadBalancers[0]?.listeners ?? []

/** Takes a certificate out of ACM by an uncounted call, as a person with the console does. */
const deleteCertificate = async (arn: string): Promise<void> => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const acm = new ACMClient({ endpoint: emulator.uncountedEndpoint, region: emulator.region, credentials })
  try {
    await acm.send(new DeleteCertificateCommand({ CertificateArn: arn }))
  } finally {
    acm.destroy()
  }
}

/** The Ingress of the walkthrough serves over HTTP; it is not touched by the mistakes. */
await put(stack, ingress({ namespace }))
const dnsName = await addressOf(stack, namespace)
await applied(stack, group)
await echoBehind(t, stack, await nodePortOf(stack, namespace))
await getOnceHealthy(await listenerPort(stack, dnsName), '/', host)

await t.test('M3: a port twice, and a certificate of another region', async (t) => {
  const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-55554b3c2d1e'
  const keys = { 'listen-ports': '[{"HTTP":80},{"HTTPS":80}]', 'certificate-arn': arn }
  refused(t, await apply(stack, https('mistakes', keys)), [
    invalid,
    `* ${annotation('listen-ports')}[1].HTTPS: Duplicate value: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]`,
    `* ${annotation('certificate-arn')}: Invalid value: "arn:aws:acm:eu-west-1:123456789012:certificate/...4b3c2d1e": is in eu-west-1, the load balancer is in ap-northeast-1; request or import the certificate there [CertificateRegion]`,
  ])
})

await t.test('M4: a certificate that does not exist, asked of ACM now', async (t) => {
  const arn = 'arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555500000000'
  await emulator.resetCalls()
  refused(t, await apply(stack, https('mistakes', { 'certificate-arn': arn })), [
    `${invalid}${annotation('certificate-arn')}: Not found: "arn:aws:acm:ap-northeast-1:123456789012:certificate/...00000000": no such certificate in this account and region; write an ARN that 'aws acm list-certificates' shows [CertificateNotFound]`,
  ])
  t.match(
    (await emulator.calls()).filter(({ action }) => action === 'DescribeCertificate'),
    [{ parameters: { CertificateArn: arn } }],
  )
})

await t.test('M5: a redirect to an HTTP listener, and HTTPS without any source of a certificate', async (t) => {
  const spec = specOf(undefined)
  refused(t, await apply(stack, https('mistakes', { 'listen-ports': both, 'ssl-redirect': '80' }, { spec })), [
    invalid,
    `* ${annotation('ssl-redirect')}: Invalid value: "80": port 80 is an HTTP listener; write the port of the HTTPS listener, 443 [SslRedirectNotHttps]`,
    `* ${annotation('certificate-arn')}: Required value: HTTPS:443 has no certificate, and no rule or spec.tls names a host to find one by; set certificate-arn or a host [CertificateMissing]`,
  ])
})

const keysOf = async (): Promise<Readonly<Record<string, string>>> =>
  (await readExisting(stack, namespace, 'ingress', 'echoserver')).metadata.annotations
const markedOf = async (): Promise<readonly string[]> =>
  ((await keysOf())['ingress.k8s.aws/defaulted'] ?? '').split(',').map((mark) => mark.split('=')[0] ?? '')

await t.test('step 11: with a certificate HTTPS:443 serves before HTTP:80 goes, and no request is lost', async (t) => {
  await quietCalls(emulator)
  await emulator.resetCalls()
  const { served, lost } = await whileAsking(stack, { dnsName, host }, async () => {
    const before = await applied(stack, group)
    const key = `${prefix}certificate-arn=${certificates['*.example.com']}`
    accepted(
      t,
      await kubectl(stack, ['annotate', 'ingress', '-n', namespace, 'echoserver', key]),
      ['ingress.networking.k8s.io/echoserver annotated'],
      [
        'listen-ports: listener HTTP:80 and its 1 rule will be removed',
        'listen-ports: default changes from [{"HTTP":80}] to [{"HTTPS":443}]',
      ],
    )
    await applied(stack, group, before)
    await quietCalls(emulator)
  })
  t.same(lost, [])
  t.ok(served.HTTP > 0 && served.HTTPS > 0, `${served.HTTP} answers over HTTP, then ${served.HTTPS} over HTTPS`)
  const calls = await emulator.calls()
  tellCalls(t, 'certificate annotated', calls)
  const writes = writeActions(calls)
  t.same(writes.toSorted(), [
    'AddListenerCertificates',
    'AuthorizeSecurityGroupIngress',
    'CreateListener',
    'CreateRule',
    'DeleteListener',
    'RevokeSecurityGroupIngress',
  ])
  for (const action of ['AuthorizeSecurityGroupIngress', 'AddListenerCertificates', 'CreateRule'])
    t.ok(writes.indexOf(action) < writes.indexOf('DeleteListener'), `${action} goes before DeleteListener`)
  t.match(await keysOf(), {
    [`${prefix}listen-ports`]: '[{"HTTPS":443}]',
    [`${prefix}ssl-policy`]: 'ELBSecurityPolicy-2016-08',
  })
  for (const key of ['listen-ports', 'ssl-policy']) t.ok((await markedOf()).includes(key), `${key} is a default`)
  const arn = certificates['*.example.com']
  t.match(await listenersOf(namespace), [
    {
      port: 443,
      protocol: 'HTTPS',
      tls: { policy: 'ELBSecurityPolicy-2016-08', defaultCertificate: arn, extraCertificates: [arn] },
      rules: [{ conditions: [{ field: 'host-header', values: [host] }, { field: 'path-pattern' }] }],
    },
  ])
  await eventually('the status to show the port', async () =>
    (await addresses(stack, namespace))[0]?.ports[0]?.port === 443 ? true : undefined,
  )
})

await t.test('step 12: with both ports and a redirect HTTP:80 answers 301, and HTTPS goes on', async (t) => {
  await emulator.resetCalls()
  const { lost } = await whileAsking(stack, { dnsName, host, always: true }, async () => {
    const before = await applied(stack, group)
    const keys = [`${prefix}listen-ports=${both}`, `${prefix}ssl-redirect=443`]
    const args = ['annotate', '--overwrite', 'ingress', '-n', namespace, 'echoserver', ...keys]
    accepted(t, await kubectl(stack, args), ['ingress.networking.k8s.io/echoserver annotated'])
    await applied(stack, group, before)
    await quietCalls(emulator)
  })
  t.same(lost, [])
  t.same(writeActions(await emulator.calls()), ['AuthorizeSecurityGroupIngress', 'CreateListener'])
  const marked = await markedOf()
  t.notOk(marked.includes('listen-ports'), 'listen-ports is no default any more')
  t.ok(marked.includes('ssl-policy'))
  t.equal((await get(await listenerPort(stack, dnsName, 80), '/', host)).status, 301)
  const answer = await getHttps(stack, await listenerPort(stack, dnsName, 443), '/', host)
  t.equal(answer.status, 200)
  t.match(answer.body, /x-forwarded-proto=https\n/)
  t.match(await listenersOf(namespace), [{ port: 80, rules: [] }, { port: 443 }])
})

await t.test(
  'certificates are found by host, each choice is told, and all that cover the host are attached',
  async (t) => {
    const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10)
    const app = certificates['app.example.com']
    const result = await apply(
      stack,
      https('found', { 'listen-ports': '[{"HTTPS":443}]' }, { host: 'app.example.com' }),
    )
    accepted(
      t,
      result,
      [created],
      [`host app.example.com: uses certificate ${short(app)} (exact name, valid to ${inAYear})`],
    )
    await addressOf(stack, 'found')
    const arns = [app, certificates['*.example.com']].toSorted()
    t.match(await listenersOf('found'), [
      { protocol: 'HTTPS', tls: { defaultCertificate: arns[0], extraCertificates: arns } },
    ])
  },
)

await t.test('a host that no certificate covers is refused with the nearest miss', async (t) => {
  const keys = { 'listen-ports': '[{"HTTPS":443}]' }
  refused(t, await apply(stack, https('mistakes', keys, { host: 'a.b.example.com' })), [
    `${invalid}${annotation('certificate-arn')}: Required value: no issued certificate covers host "a.b.example.com"; a wildcard covers one label only, and ${short(certificates['*.example.com'])} is one label off; request or import one, or set certificate-arn [CertificateForHostNotFound]`,
  ])
})

await t.test('of two certificates a client gets the one of its host', async (t) => {
  const [shop, app] = [certificates['shop.example.org'], certificates['app.example.com']]
  const spec = specOf('app.example.com', 'shop.example.org')
  accepted(t, await apply(stack, https('sni', { 'certificate-arn': `${shop},${app}` }, { spec })), [created])
  const port = await listenerPort(stack, await addressOf(stack, 'sni'), 443)
  t.equal(await presented(stack, port, 'app.example.com'), 'DNS:app.example.com')
  t.equal(await presented(stack, port, 'shop.example.org'), 'DNS:shop.example.org')
  t.equal(await presented(stack, port, 'www.example.net'), 'DNS:shop.example.org', 'the default one')
})

await t.test('a certificate that is deleted sets its Ingress aside, which keeps serving', async (t) => {
  const arn = await importCertificate(emulator, { names: ['app.example.com'] })
  const before = await applied(stack, 'sni/echoserver')
  await put(stack, https('sni', { 'certificate-arn': arn }, { host: 'app.example.com' }))
  await applied(stack, 'sni/echoserver', before)
  await quietCalls(emulator)
  const live = await listenersOf('sni')
  const port = await listenerPort(stack, await addressOf(stack, 'sni'), 443)
  await emulator.resetCalls()
  await emulator.configure({ lax: true })
  await deleteCertificate(arn)
  await emulator.configure({ lax: false })
  // What ACM said less than a second ago still counts.
  await delay(1500)
  await succeed(stack, ['annotate', 'ingress', '-n', 'sni', 'echoserver', `${prefix}healthcheck-path=/health`])
  const { message } = await eventOn(stack, 'sni', 'FailedBuildModel')
  t.equal(
    message,
    `Failed build model due to ${annotation('certificate-arn')}: Not found: ${quoted(arn)}: no such certificate in this account and region; write an ARN that 'aws acm list-certificates' shows [CertificateNotFound]`,
  )
  t.same(writeActions(await quietCalls(emulator)), [])
  t.same(await listenersOf('sni'), live)
  t.ok((await emulator.listeners()).some(({ loopbackPort }) => loopbackPort === port))

  await succeed(stack, ['delete', 'ingress', '-n', 'sni', 'echoserver', '--timeout=30s'])
  t.same(ours(await emulator.snapshot(), 'sni/echoserver'), nothing, 'its deletion does not need the certificate')
})

await t.test('ACM away denies nothing, and the controller goes on when ACM is back', async (t) => {
  // ACM is away before the certificate is there, so that no refresh in between tells of it.
  await emulator.fault({ kind: 'hold', action: 'acm:*', times: 'forever' })
  const arn = await importCertificate(emulator, { names: [host] })
  await emulator.resetCalls()
  accepted(
    t,
    await apply(stack, https('away', { 'certificate-arn': arn })),
    [created],
    [`certificate-arn: ${short(arn)} not checked: ACM gave no answer in 1.5 s; the controller checks it again`],
  )
  await eventually('the controller to ask ACM', async () => ((await emulator.held()) > 1 ? true : undefined))
  t.same(writeActions(await emulator.calls()), [])
  t.same(await addresses(stack, 'away'), [])
  await emulator.clearFaults()
  t.match(await addressOf(stack, 'away'), /\.elb\.amazonaws\.com$/)
  t.match(await listenersOf('away'), [{ tls: { defaultCertificate: arn } }])
  t.same(
    (await eventsOn(stack, 'away')).filter(({ type }) => type === 'Warning'),
    [],
  )
})

await t.test('a pending certificate is refused with its DNS record, and taken once it is issued', async (t) => {
  const arn = await requestCertificate(emulator, [host])
  const manifest = https('pending', { 'certificate-arn': arn })
  const { code, stderr } = await apply(stack, manifest)
  t.equal(code, 1)
  t.match(
    stderr,
    `${invalid}${annotation('certificate-arn')}: Invalid value: ${quoted(arn)}: is PENDING_VALIDATION, so a listener cannot have it; create the DNS record _`,
  )
  await stack.unregisterWebhooks()
  await eventually('the webhook to be asked no more', async () =>
    (await apply(stack, manifest)).code === 0 ? true : undefined,
  )
  const { message } = await eventOn(stack, 'pending', 'FailedBuildModel')
  t.equal(`${invalid}${message.replace('Failed build model due to ', '')}\n`, stderr)
  t.same(await listenersOf('pending'), [])
  await emulator.changeCertificate(arn, { status: 'ISSUED' })
  await addressOf(stack, 'pending')
  t.match(await listenersOf('pending'), [{ tls: { defaultCertificate: arn } }])
  await stack.registerWebhooks()
})

await t.test('a restart reads no listener and writes nothing', async (t) => {
  await quietCalls(emulator)
  const before = await comparableState(stack)
  t.same(await controller.stop(), { code: 0, signal: null })
  await emulator.resetCalls()
  controller = await stack.startController({ flags: ['--log-level=debug'] })
  for (const each of [namespace, 'found', 'away', 'pending'])
    await logged(
      controller,
      `the first pass over ${each}`,
      (line) => line.msg === 'reconciled group' && line.group === `${each}/echoserver`,
    )
  const calls = await quietCalls(emulator)
  tellCalls(t, 'a restart with four groups of HTTPS', calls)
  t.same(writeActions(calls), [])
  const details = /^Describe(Listeners|ListenerCertificates|Rules|ListenerAttributes|TargetHealth)$/
  t.same(
    calls.filter(({ action }) => details.test(action)),
    [],
  )
  t.same(await comparableState(stack), before)
})

await t.test('deletion leaves nothing', async (t) => {
  await succeed(stack, ['delete', 'namespace', ...names, '--timeout=60s'])
  const state = await emulator.snapshot()
  t.same(ours(state), nothing)
  t.same(nodeRules(stack, state), nodeRules(stack, atStart))
})
