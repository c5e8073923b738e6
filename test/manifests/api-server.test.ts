import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { values } from '../../manifests/render/values.ts'
import { webhookConfigurations } from '../../manifests/render/webhook-configurations.ts'
import { type ControlPlane, startControlPlane } from '../local/control-plane.ts'
import { items, textAt } from './at.ts'
import { type RecordingWebhook, startRecordingWebhook } from './recording-webhook.ts'
import { ingress, writes } from './writes.ts'

const overlay = join(import.meta.dirname, '../../manifests/overlays/local')
const examples = join(import.meta.dirname, '../../manifests/examples/echoserver')

const directory = await mkdtemp(join(tmpdir(), 'manifests-'))
t.teardown(() => rm(directory, { recursive: true, force: true }))
const controlPlane = await startControlPlane({ directory, progress: (line) => t.comment(line) })
t.teardown(() => controlPlane.stop())
const webhook = await startRecordingWebhook(controlPlane.ca)
t.teardown(() => webhook.stop())

const kubectl = async (args: readonly string[], input?: object): Promise<string> => {
  const { code, stdout, stderr } = await controlPlane.kubectl(args, input ? { input: JSON.stringify(input) } : {})
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** What `kubectl auth can-i` says of the service account of a process: yes or no. */
const allowed = async (process: string, verb: string, resource: string, namespace: string): Promise<string> => {
  const account = `system:serviceaccount:${values.namespace}:${process}`
  const { stdout } = await controlPlane.kubectl(['auth', 'can-i', verb, resource, '-n', namespace, '--as', account])
  return stdout.trim()
}

const lines = (text: string): readonly string[] => text.trimEnd().split('\n')

await t.test(
  'the overlay of the local stack passes a dry-run, applies, and then says unchanged of every object',
  async (t) => {
    await kubectl(['create', 'namespace', values.namespace])
    const previewed = lines(await kubectl(['apply', '--dry-run=server', '-k', overlay]))
    const applied = lines(await kubectl(['apply', '-k', overlay]))
    t.equal(previewed.length, applied.length)
    const again = lines(await kubectl(['apply', '-k', overlay]))
    t.equal(again.length, applied.length)
    t.strictSame(
      again.filter((line) => !line.endsWith(' unchanged')),
      [],
    )
  },
)

await t.test('the roles grant what each process needs where it needs it, and no more', async (t) => {
  t.equal(await allowed('controller', 'patch', 'ingresses/status.networking.k8s.io', 'default'), 'yes')
  t.equal(await allowed('controller', 'patch', `leases.coordination.k8s.io/${values.leaseName}`, 'kube-system'), 'yes')
  t.equal(await allowed('controller', 'patch', 'leases.coordination.k8s.io/other', 'kube-system'), 'no')
  t.equal(await allowed('controller', 'patch', 'configmaps', values.namespace), 'yes')
  t.equal(await allowed('controller', 'patch', 'configmaps', 'default'), 'no')
  t.equal(await allowed('controller', 'get', 'secrets', values.namespace), 'no')
  t.equal(await allowed('webhook', 'watch', 'ingresses.networking.k8s.io', 'default'), 'yes')
  t.equal(await allowed('webhook', 'patch', 'ingresses.networking.k8s.io', 'default'), 'no')
})

await t.test('IngressClassParams with both spellings of prefix lists are refused by the CRD', async (t) => {
  const params = {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'IngressClassParams',
    metadata: { name: 'both' },
    spec: { prefixListsIDs: ['pl-1'], PrefixListsIDs: ['pl-2'] },
  }
  await t.rejects(kubectl(['create', '-f', '-'], params), { message: /two spellings of one field/ })
})

await t.test('the Ingress of 2017 never leaves kubectl', async (t) => {
  await t.rejects(kubectl(['apply', '-f', join(examples, 'echoserver-ingress-2017.yaml')]), {
    message: /no matches for kind "Ingress" in version "extensions\/v1beta1"/,
  })
})

await t.test('the match conditions decide which writes are sent to which path', async (t) => {
  await pointConfigurationsAt(controlPlane, webhook)
  await kubectl(['create', 'namespace', 'shop'])
  await untilCalled()
  for (const { what, args, input, calls } of writes) {
    webhook.takeCalls()
    await kubectl(args, input)
    t.strictSame([...webhook.takeCalls()].sort(), [...calls].sort(), what)
  }
  const metrics = await kubectl(['get', '--raw', '/metrics'])
  t.match(metrics, /apiserver_admission_match_condition_exclusions_total\{/, 'conditions were counted')
  t.notMatch(metrics, /apiserver_admission_match_condition_evaluation_errors_total\{/, 'no condition ended in an error')
})

/** Puts `url` and `caBundle` in place of the Service, which leads nowhere here. */
async function pointConfigurationsAt({ ca }: ControlPlane, { url }: RecordingWebhook): Promise<void> {
  const caBundle = Buffer.from(ca.certificate).toString('base64')
  for (const configuration of webhookConfigurations(values)) {
    const webhooks = items(configuration, 'webhooks').map((entry) => ({
      ...entry,
      clientConfig: { url: url + textAt(entry, 'clientConfig', 'service', 'path'), caBundle },
    }))
    const file = join(directory, `${configuration.kind}-${configuration.metadata.name}.json`)
    await writeFile(file, JSON.stringify({ ...configuration, webhooks }))
    await kubectl(['replace', '-f', file])
  }
}

/** The API server takes a moment to see a changed configuration. */
async function untilCalled(): Promise<void> {
  const wanted = ['/mutate/ingress CREATE', '/validate/ingress CREATE']
  for (let attempt = 0; attempt < 100; attempt++) {
    webhook.takeCalls()
    await kubectl(['create', '--dry-run=server', '-f', '-'], ingress('probe', {}, { ingressClassName: 'alb' }))
    const calls = webhook.takeCalls()
    if (wanted.every((call) => calls.includes(call))) return
  }
  throw new Error('the webhook is not called')
}
