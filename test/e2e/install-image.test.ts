import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { alerts } from '../../manifests/render/alerts.ts'
import { controllerDeployment, webhookDeployment } from '../../manifests/render/deployments.ts'
import { values } from '../../manifests/render/values.ts'
import { webhookNames } from '../../manifests/render/webhook-configurations.ts'
import type { ProcessOptions, RunningProcess } from '../local/stack.ts'
import { at, isList, items, textAt } from '../manifests/at.ts'
import { echoBehind, getOnceHealthy, listenerPort, nothing, ours } from './support/aws.ts'
import { addressOf, nodePortOf } from './support/controller.ts'
import { accepted, refused } from './support/expect.ts'
import { apply, eventually, succeed } from './support/kubectl.ts'
import { asUser, buildImage, mountFor } from './support/image.ts'
import { ingress } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const directory = await realpath(await mkdtemp(join(tmpdir(), 'image-')))
t.teardown(() => rm(directory, { recursive: true, force: true }))
const stack = await stackFor(t, { webhook: false, controller: false })
const namespace = 'echoserver'
const host = 'echoserver.example.com'
const image = await buildImage(directory)

/** The container of a Deployment: its command with the image's folder, user and environment, and nothing to write to. */
const asInImage = async (process: 'webhook' | 'controller'): Promise<ProcessOptions> => {
  const deployment = process === 'webhook' ? webhookDeployment(values) : controllerDeployment(values)
  const command = at(deployment, 'spec', 'template', 'spec', 'containers', '0', 'command')
  const [program = '', ...args] = isList(command) ? command.map(String) : []
  const mounted = join(directory, process)
  await mountFor(image.user, mounted, [stack.kubeconfigs[process]])
  const certificates = ['tls.crt', 'tls.key'].map((name) => join(stack.product.webhookCertificates, name))
  await mountFor(image.user, join(mounted, 'tls'), certificates)
  return {
    command: [
      'env',
      // The test runner puts options for itself into the environment of every child.
      'NODE_OPTIONS=',
      ...asUser(image.user),
      program,
      // Node.js itself refuses every write to a file, every child process and every native module.
      '--permission',
      '--allow-fs-read=*',
      '--allow-net',
      ...args.map((arg) => arg.replace(/^\/app\//, `${image.app}/`)),
    ],
    flags: process === 'webhook' ? [`--webhook-cert-dir=${join(mounted, 'tls')}`] : [],
    kubeconfig: join(mounted, `${values.namespace}.${process}.kubeconfig`),
    environment: {
      PATH: `${image.bin}:${globalThis.process.env['PATH'] ?? ''}`,
      HOME: '/home/nonroot',
    },
  }
}

const webhook = await stack.startWebhook(await asInImage('webhook'))
await stack.registerWebhooks()
const controller = await stack.startController(await asInImage('controller'))
const running = { webhook, controller }

/** A field of what Linux tells of a process; undefined elsewhere. */
const statusOf = ({ pid }: RunningProcess, field: string): string | undefined => {
  const file = `/proc/${pid}/status`
  return existsSync(file) ? new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] : undefined
}

await t.test(
  'the image holds two bundles, their licences and the kind of module, in a folder of 12 MB at most',
  async (t) => {
    t.same((await readdir(image.app)).sort(), [...image.files].sort())
    t.same([...image.files].sort(), [
      'controller.js',
      'controller.js.LEGAL.txt',
      'package.json',
      'webhook.js',
      'webhook.js.LEGAL.txt',
    ])
    const sizes = await Promise.all(image.files.map(async (name) => (await stat(join(image.app, name))).size))
    t.ok(sizes.reduce((sum, size) => sum + size, 0) < 12_000_000)
  },
)

await t.test('both processes run as the user of the Pods, and none as the superuser', (t) => {
  t.equal(at(webhookDeployment(values), 'spec', 'template', 'spec', 'securityContext', 'runAsUser'), image.user)
  for (const [name, process] of Object.entries(running)) {
    const ids = statusOf(process, 'Uid')?.split(/\s+/)
    if (ids !== undefined && globalThis.process.getuid?.() === 0)
      t.same(new Set(ids), new Set([String(image.user)]), name)
    t.not(ids?.[0], '0')
  }
  t.end()
})

await t.test('a mistake is refused at apply, and an Ingress becomes a load balancer that answers', async (t) => {
  await createNamespaces(stack, [namespace])
  const wrong = await apply(stack, ingress({ namespace, keys: { scheme: 'public' } }))
  refused(t, wrong, [
    'The Ingress "echoserver" is invalid: metadata.annotations[alb.ingress.kubernetes.io/scheme]: Unsupported value: "public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]',
  ])
  accepted(t, await apply(stack, ingress({ namespace })), ['ingress.networking.k8s.io/echoserver created'])
  const dnsName = await addressOf(stack, namespace)
  await echoBehind(t, stack, await nodePortOf(stack, namespace))
  const { body } = await getOnceHealthy(await listenerPort(stack, dnsName), '/hello', host)
  t.match(body, /^real path=\/hello$/m)
})

await t.test('what the alerts ask for is shown by the processes and by the API server', async (t) => {
  const shown = [
    ...(await Promise.all(
      Object.values(running).map(async ({ metricsUrl }) => (await fetch(`${metricsUrl}/metrics`)).text()),
    )),
    await succeed(stack, ['get', '--raw', '/metrics']),
  ].join('\n')
  const expressions = items(alerts(values, webhookNames(values)), 'spec', 'groups')
    .flatMap((group) => items(group, 'rules'))
    .map((rule) => textAt(rule, 'expr'))
  const asked = new Set(expressions.flatMap((text) => text.match(/\b(alb|apiserver)_[a-z_]+/g) ?? []))
  // Counters with labels are there once they have counted.
  const once = /rule_failures|fail_open_count|rejection_count/
  for (const name of asked) if (!once.test(name)) t.match(shown, new RegExp(`^${name}[{ ]`, 'm'), name)
  t.match(shown, /^apiserver_admission_webhook_rejection_count\{.*error_type="no_error"/m)
})

await t.test('each process stays below the memory that it may have', (t) => {
  for (const [process, most] of [
    ['webhook', 150],
    ['controller', 200],
  ] as const) {
    const kilobytes = Number.parseInt(statusOf(running[process], 'VmRSS') ?? '0', 10)
    t.comment(`${process}: ${Math.round(kilobytes / 1024)} MiB resident`)
    t.ok(kilobytes < most * 1024, `${process}: below ${most} MiB`)
  }
  t.end()
})

await t.test('an Ingress that is deleted takes everything with it, and both processes stop when told', async (t) => {
  await succeed(stack, ['delete', 'ingress', '-n', namespace, 'echoserver'])
  await eventually('AWS to be empty', async () => {
    const left = ours(await stack.emulator.snapshot())
    return JSON.stringify(left) === JSON.stringify(nothing) ? true : undefined
  })
  t.same(await Promise.all([webhook.stop(), controller.stop()]), [
    { code: 0, signal: null },
    { code: 0, signal: null },
  ])
  for (const { logFile } of [webhook, controller])
    t.match(readFileSync(logFile, 'utf8'), /"msg":"stopped","process":"\w+"\}\n$/)
})
