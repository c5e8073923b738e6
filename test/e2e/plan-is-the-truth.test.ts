import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { createClusterClient } from '../../shared/cluster/client.ts'
import { createLog } from '../../shared/process/log.ts'
import { addIpv6 } from '../aws/fixture-ipv6.ts'
import { anyEdit, type Edit, type Edited } from '../laws/edits.ts'
import { quietCalls, writesOf } from './support/aws.ts'
import { applyEdited, editedObject } from './support/edited.ts'
import { eventually, put } from './support/kubectl.ts'
import { runPod } from './support/pods.ts'
import { type AuditedPlan, planAuditPolicy, planOf } from './support/plan.ts'
import { stackFor } from './support/stack.ts'
import { madeWrite, namesById, plannedWrites, surplus } from './support/writes.ts'

/** How many edits are made. */
const wanted = 100
/** Other edits with another one: `EDITS_SEED=7 npm test -- test/e2e/plan-is-the-truth.test.ts`. */
const seed = Number(process.env['EDITS_SEED'] ?? 3)
/** Longest time until the webhook has listed the load balancers anew, by which it tells whether a change is still applied. */
const planMilliseconds = 90_000
/** Longest time until the controller has made the writes of an edit. */
const writesMilliseconds = 30_000

const stack = await stackFor(t, {
  auditPolicy: planAuditPolicy,
  controllerOptions: {
    flags: ['--aws-api-throttle=Elastic Load Balancing v2:.*=1000:1000,EC2:.*=1000:1000'],
  },
})
const { emulator, fixture } = stack
await addIpv6(emulator, fixture)
const client = createClusterClient({
  kubeconfig: stack.controlPlane.adminKubeconfig,
  log: createLog({ level: 'warn', write: (line) => t.comment(line) }),
})
t.teardown(() => client.close())
const namespace = 'edits'
await put(stack, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })

const scheme = 'internet-facing'
const service = (nodePort: number) => ({ port: 80, nodePort, targetPort: 8080, keys: {} })
const first: Edited = {
  keys: { scheme },
  spec: {
    rules: [
      {
        host: 'a.example.com',
        paths: [{ path: '/', pathType: 'Prefix', backend: { is: 'service', name: 'one', port: { number: 80 } } }],
      },
    ],
  },
  services: { one: service(31_000), two: service(31_500) },
}
for (const name of ['one', 'two'] as const)
  await applyEdited(client, namespace, name, editedObject(namespace, name, first), {})

const edits = fc.sample(
  anyEdit({
    certificates: [fixture.certificates['app.example.com'], fixture.certificates['*.example.com']],
    securityGroups: [fixture.securityGroups.extra, 'other'],
    schemes: [scheme],
    subnets: (['public-a', 'public-c', 'public-d'] as const).map((name) => fixture.subnets[name].id),
  }),
  { seed, numRuns: 4 * wanted },
)

let requests = 0
/** Asks for the plan of an edit until it does not build on one that is still being applied; undefined where the edit is refused. */
const planned = (of: Edit['of'], after: Edited): Promise<AuditedPlan | 'refused'> =>
  eventually(
    'a plan',
    async () => {
      requests += 1
      const query = { dryRun: 'All', request: `r${requests}.` }
      const refusal = await applyEdited(client, namespace, of, editedObject(namespace, of, after), query)
      if (refusal !== undefined) return 'refused'
      const { plan = { writes: {}, incomplete: [] } } = await planOf(stack, `request=${query.request}`)
      return plan.incomplete.includes('an earlier change is still being applied') ? undefined : plan
    },
    planMilliseconds,
  )

/** Why a plan may not be all, and which writes may then be missing or come besides. */
interface Doubt {
  readonly why: RegExp
  readonly missing?: RegExp
  readonly more?: RegExp
}

const attributesModified = /^Modify(LoadBalancer|TargetGroup)Attributes /
/** Where AWS would have to be asked, which the plan of a dry-run does not do. */
const doubts: readonly Doubt[] = [
  { why: / counts as its default, AWS was not asked$/, missing: attributesModified, more: attributesModified },
  { why: /^security group k8s-traffic-\S+ may be there already$/, missing: /^CreateSecurityGroup k8s-traffic-/ },
]
const podsUnknown = /^which Pods are targets is not known here$/
/** Where there are no Pods, it takes nothing from the plan. */
const withoutPods: readonly Doubt[] = [...doubts, { why: podsUnknown }]
const withPods: readonly Doubt[] = [
  ...doubts,
  { why: podsUnknown, more: /^((Der|R)egisterTargets |(Authorize|Revoke)SecurityGroupIngress nodes$)/ },
]

let seen = 0
let before = await emulator.snapshot()
/** Waits until the certain writes of a plan have been made, and no other comes where one may; answers those that were made. */
const made = async (certain: readonly string[], isOpen: boolean): Promise<readonly string[]> => {
  const end = performance.now() + writesMilliseconds
  for (;;) {
    const calls = await emulator.calls(seen)
    const done = writesOf(calls).filter(({ errorCode, status }) => errorCode === undefined && status > 0)
    const isOver = performance.now() > end
    await delay(isOpen ? 1_000 : 20)
    const isQuiet = !isOpen || (await emulator.calls(seen)).length === calls.length
    const mayBeAll = done.length >= certain.length && calls.every(({ status }) => status > 0) && isQuiet
    if (!mayBeAll && !isOver) continue
    const after = await emulator.snapshot()
    const names = namesById(before, after)
    const writes = done.map((call) => madeWrite(call, names))
    if (surplus(certain, writes).length > 0 && !isOver) continue
    seen += calls.length
    before = after
    return writes
  }
}

const count = { accepted: 0, refused: 0, writes: 0 }
const incomplete = new Map<string, number>()

/** Asks for the plan of an edit, makes it, and compares; answers what is there then. */
const make = async (
  t: Pick<Test, 'same' | 'match'>,
  { what, of, apply }: Edit,
  state: Edited,
  known: readonly Doubt[],
): Promise<Edited> => {
  const after = apply(state)
  const plan = await planned(of, after)
  const refusal =
    plan === 'refused' ? plan : await applyEdited(client, namespace, of, editedObject(namespace, of, after), {})
  if (plan === 'refused' || refusal !== undefined) {
    count.refused += 1
    if (plan === 'refused') return state
    t.same(plan.writes, {}, `${what}: ${refusal}`)
    t.match(plan.incomplete, [/^nothing is applied until /])
    return state
  }
  count.accepted += 1
  const told = plannedWrites(plan)
  const open = known.filter(({ why }) => plan.incomplete.some((each) => why.test(each)))
  const mayMiss = (write: string): boolean => open.some(({ missing }) => missing?.test(write) === true)
  const mayCome = (write: string): boolean => open.some(({ more }) => more?.test(write) === true)
  const written = await made(
    told.filter((write) => !mayMiss(write)),
    open.some(({ more }) => more !== undefined),
  )
  count.writes += written.length
  for (const why of plan.incomplete) incomplete.set(why, (incomplete.get(why) ?? 0) + 1)
  t.same(
    {
      missing: surplus(told, written).filter((write) => !mayMiss(write)),
      more: surplus(written, told).filter((write) => !mayCome(write)),
      why: plan.incomplete.filter((each) => !known.some(({ why }) => why.test(each))),
    },
    { missing: [], more: [], why: [] },
    `${what}: ${told.length} writes${plan.incomplete.length === 0 ? '' : ` (${plan.incomplete.join('; ')})`}`,
  )
  return after
}

let state = first

await t.test(`${wanted} random edits (EDITS_SEED=${seed}): the plan of each is what is then written`, async (t) => {
  const creation: Edit = { what: 'the first load balancer', of: 'ingress', apply: (of) => of }
  for (const edit of [creation, ...edits]) {
    if (count.accepted === wanted) break
    state = await make(t, edit, state, withoutPods)
  }
  t.equal(count.accepted, wanted)
  t.comment(`${wanted} edits, ${count.refused} refused, ${count.writes} writes`)
  for (const [why, times] of incomplete) t.comment(`${times} times incomplete: ${why}`)
})

/** The Ingress of the beginning with these keys. */
const keyed = (keys: Edited['keys']): Edit => ({
  what: JSON.stringify(keys),
  of: 'ingress',
  apply: ({ services }) => ({ keys: { scheme, ...keys }, spec: first.spec, services }),
})

await t.test('with Pods as targets the plan tells all but what becomes of them', async (t) => {
  await runPod(stack, { namespace, name: 'one', app: 'one', offset: 40 })
  state = await make(t, keyed({}), state, withPods)
  incomplete.clear()
  for (const keys of [{ 'target-type': 'ip' }, { 'target-type': 'ip', 'healthcheck-path': '/ready' }, {}])
    state = await make(t, keyed(keys), state, withPods)
  t.ok([...incomplete.keys()].some((why) => podsUnknown.test(why)))
})

await t.test('nothing more comes', async (t) => {
  const last = await quietCalls(emulator, 1_500)
  t.same(
    writesOf(last.slice(seen)).map(({ action }) => action),
    [],
  )
})
