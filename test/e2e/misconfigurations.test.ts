import t, { type Test } from 'tap'
import { prepareAccount, services } from './misconfigurations/account.ts'
import { whenChecked } from './misconfigurations/answer.ts'
import { backendRows } from './misconfigurations/backends.ts'
import { classless, classOfOurs, parameterRows, params, schemaRows } from './misconfigurations/classes.ts'
import { elsewhere, tableIds } from './misconfigurations/ids.ts'
import { laterRows } from './misconfigurations/later.ts'
import { listenerRows } from './misconfigurations/listeners.ts'
import { loadBalancerRows } from './misconfigurations/load-balancer.ts'
import { faultyNetworks } from './misconfigurations/networks.ts'
import type { Row, Written } from './misconfigurations/row.ts'
import { ruleRows } from './misconfigurations/rules.ts'
import { siblingRows } from './misconfigurations/siblings.ts'
import { subnetRows } from './misconfigurations/subnets.ts'
import { connectApiServer } from './support/api.ts'
import { eventually, put } from './support/kubectl.ts'
import { ingress, type Manifest } from './support/objects.ts'
import { stackFor } from './support/stack.ts'

/*
 * Every row of the table of common misconfigurations, and mistakes like them, through the real API server: the verdict,
 * the field, the code, what the answer says to write instead, and that this is admitted.
 */

const stack = await stackFor(t, { controller: false, webhook: false })
const networks = await faultyNetworks(stack)
const places = { fixture: stack.fixture, account: await prepareAccount(stack) }
const namespace = 'rows'
const labels = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' }
await put(stack, [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
  ...services(namespace),
])
await put(stack, ingress({ namespace, name: 'other', keys: { 'load-balancer-name': 'taken' } }))
const flags = ['--facts-budget=4s']
let webhook = await stack.startWebhook({ flags })
await stack.registerWebhooks()
const api = await connectApiServer(stack.controlPlane)
t.teardown(() => api.close())

const manifest = (written: Written): Manifest =>
  'object' in written ? written.object : ingress({ namespace, ...written })

/** The warnings begin as expected, each once. */
const begin = (warnings: readonly string[], expected: readonly string[]): readonly string[] =>
  warnings.map((warning) => expected.find((beginning) => warning.startsWith(beginning)) ?? warning).toSorted()

const judge = async (t: Pick<Test, 'same' | 'match'>, row: Row): Promise<void> => {
  const { id, before, denied = [], warned = [] } = row
  const mistake = manifest(row.mistake)
  const answer = await whenChecked(api, mistake, async () => {
    if (before === undefined) return api.create(mistake)
    await api.create(manifest(before))
    return api.patch(mistake, mistake)
  })
  if (before !== undefined) await api.remove(mistake)
  t.same(
    answer.faults.map(({ field, code }) => `${field} ${code}`).toSorted(),
    denied.map(({ field, code }) => `${field} ${code}`).toSorted(),
    `${id}: faults`,
  )
  for (const { field, code, fix = '' } of denied) {
    const told = answer.faults.filter((fault) => fault.field === field && fault.code === code)
    t.match(told.map(({ message }) => message).join('\n'), fix, `${id}: what to write instead`)
  }
  t.same(begin(answer.warnings, warned), warned.toSorted(), `${id}: warnings`)
  if (row.repaired === undefined) return
  const repaired = manifest(row.repaired)
  const { repairedWarned = [] } = row
  const good = await whenChecked(api, repaired, () => api.create(repaired))
  t.same(good.faults, [], `${id}: admitted as repaired`)
  t.same(begin(good.warnings, repairedWarned), repairedWarned.toSorted(), `${id}: warnings as repaired`)
}

await t.test('the webhook has heard of the objects', async () => {
  const last = manifest({ keys: { 'target-type': 'ip' }, paths: [{ service: 'external' }] })
  await eventually(
    'the last Service in the cache of the webhook',
    async () => {
      const { warnings } = await api.create(last, { dryRun: true })
      return warnings.some((warning) => warning.includes('does not exist yet')) ? undefined : true
    },
    30_000,
  )
})

const areas: Readonly<Record<string, readonly Row[]>> = {
  'load balancers': loadBalancerRows(places),
  'listeners and certificates': listenerRows(places),
  'subnets and security groups': subnetRows(places),
  'Services and health checks': backendRows(places),
  'classes, hosts and paths': ruleRows(),
  'mistakes like these': siblingRows(places),
}

for (const [area, rows] of Object.entries(areas))
  await t.test(area, async (t) => {
    for (const row of rows) await judge(t, row)
  })

/** Keys that are left without effect, with a warning, until they are built; the others are refused. */
const isHarmless = (key: string): boolean => /^(?:listener-attributes\.|shield-|frontend-nlb-)/.test(key)

/** Keys of these rows that are built: their mistake lies in what is not. */
const built = [
  'scheme',
  'ip-address-type',
  'load-balancer-attributes',
  'load-balancer-name',
  'ssl-policy',
  'ssl-redirect',
  'subnets',
  'tags',
  'listen-ports',
]

await t.test('keys that are not built yet are refused, or told where they are harmless', async (t) => {
  for (const { id, keys } of laterRows) {
    const object = ingress({ namespace, keys })
    const { faults, warnings } = await whenChecked(api, object, () => api.create(object))
    const told = (key: string): string => {
      const fault = faults.find(({ field }) => field === key)
      if (fault !== undefined) return fault.code
      return warnings.find((warning) => warning.startsWith(`${key}: `)) ?? 'nothing'
    }
    const expected = (key: string, value: string): string => {
      if (value === '') return `${key}: empty, counts as absent`
      return isHarmless(key) ? `${key}: not supported yet, ignored` : 'NotSupportedYet'
    }
    const asked = Object.entries(keys).filter(([key]) => !built.includes(key))
    t.same(
      asked.map(([key]) => told(key)),
      asked.map(([key, value]) => expected(key, value)),
      id,
    )
  }
})

await t.test('a class with parameters takes no Ingress until they are built', async (t) => {
  for (const { id, parameters, spec } of parameterRows) {
    const className = id.toLowerCase()
    if (spec !== undefined) await put(stack, params(String(parameters['name']), spec))
    await put(stack, classOfOurs(className, parameters))
    const object = ingress({ namespace, className })
    const { faults } = await eventually(`class ${className} in the cache of the webhook`, async () => {
      const answer = await whenChecked(api, object, () => api.create(object))
      return answer.faults.some(({ code }) => code === 'ClassNotFound') ? undefined : answer
    })
    t.same(
      faults.map(({ field, code }) => `${field} ${code}`),
      ['spec.ingressClassName NotSupportedYet'],
      id,
    )
    t.match(faults[0]?.message, 'use a class without spec.parameters')
  }
})

await t.test('parameters of a class that their schema does not take', async (t) => {
  for (const { id, spec, field } of schemaRows) {
    const { status, causes } = await api.create(params('refused', spec))
    t.equal(status, 422, id)
    t.ok(
      causes.some((cause) => cause.field === field),
      `${id}: ${field}`,
    )
  }
})

await t.test('CLS-06: of two default classes the API server gives an Ingress the newer one', async (t) => {
  const before = classless(namespace, 'before')
  await put(stack, before)
  await put(stack, [classOfOurs('first', undefined, true), classOfOurs('second', undefined, true)])
  const object = classless(namespace, 'after')
  const answer = await eventually('both classes in the cache of the webhook', async () => {
    const { warnings } = await api.create(object)
    await api.remove(object)
    return warnings.find((warning) => warning.includes('is not in classNames'))
  })
  t.match(answer, /^class (?:first|second) is not in classNames: unchecked while the webhook is away$/)
  const changed = await api.patch(before, {
    metadata: { annotations: { 'alb.ingress.kubernetes.io/scheme': 'public' } },
  })
  t.same([changed.status, changed.causes], [200, []], "one that was there without a class is in nobody's way")
})

const missing = 'spec.rules[0].http.paths[0].backend.service'

const ofOperators: readonly Row[] = [
  {
    id: 'ACT-01',
    mistake: { paths: [{ service: 'x', port: { name: 'use-annotation' } }] },
    denied: [{ field: `${missing}.port.name`, code: 'ActionMissing', fix: 'write the port of a Service' }],
    repaired: {},
  },
  {
    id: 'SVC-01',
    mistake: { paths: [{ service: 'gone' }] },
    denied: [{ field: `${missing}.name`, code: 'ServiceNotFound', fix: 'create the Service first' }],
    repaired: {},
  },
]

const restartWebhook = async (...more: readonly string[]): Promise<void> => {
  await webhook.stop()
  webhook = await stack.startWebhook({ flags: [...flags, ...more] })
}

await t.test('what an operator does not tolerate', async (t) => {
  await restartWebhook('--tolerate-non-existent-backend-service=false', '--tolerate-non-existent-backend-action=false')
  for (const row of ofOperators) await judge(t, row)
})

await t.test('subnets that are found by tag, in a VPC for each mistake', async (t) => {
  for (const { id, vpcId, denied } of networks) {
    await restartWebhook(`--aws-vpc-id=${vpcId}`)
    await judge(t, { id, mistake: { keys: { scheme: 'internet-facing' } }, denied: [denied] })
  }
})

const nodeRows: readonly (Row & { readonly providerIds: readonly string[] })[] = [
  {
    id: 'SVC-23',
    providerIds: ['kind://kind/kind'],
    mistake: { keys: {} },
    warned: ['node node-0-0 is no EC2 instance by its providerID'],
  },
  {
    id: 'SVC-24',
    providerIds: Array.from({ length: 10 }, (_, index) => `aws:///ap-northeast-1a/i-00${index}`),
    mistake: {
      keys: {},
      paths: Array.from({ length: 78 }, (_, index) => ({
        path: `/${index}`,
        service: 'many',
        port: { number: 8000 + index },
      })),
    },
    warned: [
      'node node-0-0 is no EC2 instance by its providerID',
      'group rows/echoserver: 1014 targets, a load balancer takes 1000',
    ],
  },
]

const createNode = async (name: string, providerID: string): Promise<void> => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { providerID } }
  await api.create(node)
  await api.patch(node, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'status')
}

await t.test('nodes that are no instances, and more targets than a load balancer takes', async (t) => {
  await restartWebhook()
  for (const [block, row] of nodeRows.entries()) {
    for (const [index, providerId] of row.providerIds.entries()) await createNode(`node-${block}-${index}`, providerId)
    const object = manifest(row.mistake)
    await eventually(
      'the nodes in the cache of the webhook',
      async () => {
        const { warnings } = await api.create(object, { dryRun: true })
        const isTold = row.warned?.every((beginning) => warnings.some((one) => one.startsWith(beginning)))
        return isTold === true ? true : undefined
      },
      30_000,
    )
    await judge(t, row)
  }
})

const isOfTable = (id: string): boolean => /^[A-Z]+-[0-9]+(?:,|$)/.test(id)

const count = (rows: readonly { readonly id: string }[]): number =>
  new Set(
    rows
      .map(({ id }) => id)
      .filter(isOfTable)
      .map((id) => id.replace(/,.*/, '')),
  ).size

const tried = [
  ...Object.values(areas).flat(),
  ...ofOperators,
  ...parameterRows,
  ...schemaRows,
  ...networks,
  ...nodeRows,
  { id: 'CLS-06' },
]
const title = `all ${tableIds.length} rows of the table: ${count(tried)} of keys that are built (${tried.length} mistakes), ${laterRows.length} of others, ${Object.keys(elsewhere).length} elsewhere`

await t.test(title, async (t) => {
  const ids = new Set([...tried, ...laterRows].map(({ id }) => id.replace(/,.*/, '')))
  t.same(
    tableIds.filter((id) => ids.has(id) === Object.hasOwn(elsewhere, id)),
    [],
  )
  t.equal(tableIds.length, 222)
})
