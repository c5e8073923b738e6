import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { z } from 'zod'
import { kubectlOrThrow } from './control-plane.ts'
import { isAlive, runningProcesses } from './processes.ts'
import { startStack } from './stack.ts'

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata, resources: [{ group: "", resources: [namespaces] }] }]
`
const stack = await startStack({ webhook: false, controller: false, auditPolicy })
t.teardown(() => stack.stop())
const { controlPlane, fixture } = stack
const kubectl = (...args: readonly string[]) => kubectlOrThrow(controlPlane, args)

const nodeList = z.object({
  items: z.array(
    z.object({
      spec: z.object({ providerID: z.string(), taints: z.undefined().optional() }),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
    }),
  ),
})

void t.test('each instance of the fixture is behind a Ready node that nothing taints', async (t) => {
  const { items } = nodeList.parse(JSON.parse(await kubectl('get', 'nodes', '-o', 'json')))
  const wanted = fixture.instances.map(({ id, zone }) => `aws:///${zone}/${id}`)
  t.same(items.map(({ spec }) => spec.providerID).sort(), wanted.sort())
  for (const { status } of items) t.match(status.conditions, [{ type: 'Ready', status: 'True' }])
})

void t.test('each process has the kubeconfig of its own service account', async (t) => {
  for (const [role, kubeconfig] of Object.entries(stack.kubeconfigs)) {
    const { stdout } = await controlPlane.kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'], {
      kubeconfig,
    })
    t.equal(stdout, `system:serviceaccount:alb-ingress:${role}`)
    const secrets = await controlPlane.kubectl(['get', 'secrets', '-A'], { kubeconfig })
    t.match(secrets.stderr, 'forbidden')
  }
})

void t.test('the webhooks are registered at a loopback address, and taken back', async (t) => {
  const kinds = 'mutatingwebhookconfigurations,validatingwebhookconfigurations'
  const registered = () => kubectl('get', kinds, '-o', 'jsonpath={.items[*].webhooks[*].clientConfig}')
  t.equal(await registered(), '')
  await stack.registerWebhooks()
  const clients = (await registered()).split(' ').map((text) => {
    const parsed: unknown = JSON.parse(text)
    return z.strictObject({ url: z.string(), caBundle: z.string() }).parse(parsed)
  })
  t.equal(clients.length, 5)
  for (const { url, caBundle } of clients) {
    t.ok(url.startsWith(`https://127.0.0.1:${stack.product.webhookPort}/`), url)
    t.equal(Buffer.from(caBundle, 'base64').toString(), controlPlane.ca.certificate)
  }
  await stack.unregisterWebhooks()
  t.equal(await registered(), '')
})

void t.test('the serving certificate can be renewed', async (t) => {
  const serial = () =>
    new X509Certificate(readFileSync(join(stack.product.webhookCertificates, 'tls.crt'))).serialNumber
  const before = serial()
  await stack.renewWebhookCertificate({ notAfter: new Date(Date.now() + 60_000) })
  t.not(serial(), before)
})

void t.test('a namespace goes away, and the audit log tells who did it', async (t) => {
  await kubectl('create', 'namespace', 'short-lived')
  t.equal(await kubectl('delete', 'namespace', 'short-lived'), 'namespace "short-lived" deleted\n')
  const log = await readFile(join(controlPlane.directory, 'audit.log'), 'utf8')
  t.match(log, /"verb":"delete","user":\{"username":"admin"/)
})

void t.test('after stop nothing is left', async (t) => {
  const processes = runningProcesses()
  t.same(processes.map(({ name }) => name).sort(), ['etcd', 'kube-apiserver', 'kube-controller-manager', 'moto'])
  await stack.stop()
  t.same(runningProcesses(), [])
  t.same(
    processes.filter(({ pid }) => isAlive(pid)),
    [],
  )
  await t.rejects(readFile(controlPlane.adminKubeconfig), { code: 'ENOENT' })
})
