import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { createClusterClient } from '../../shared/cluster/client.ts'
import { createLog } from '../../shared/process/log.ts'
import { addIpv6 } from '../aws/fixture-ipv6.ts'
import { anyEdit, type Edit, type Edited } from '../laws/edits.ts'
import { quietCalls, writesOf } from './support/aws.ts'
import { applyEdited, editedObject } from './support/edited.ts'
import { eventually, put } from './support/kubectl.ts'
import { type AuditedPlan, planAuditPolicy, planOf } from './support/plan.ts'
import { stackFor } from './support/stack.ts'
import { madeWrite, namesById, plannedWrites, surplus } from './support/writes.ts'

/** How many edits are made. */
const wanted = 100
/** Other edits with another one: `EDITS_SEED=7 npm test -- test/e2e/plan-is-the-truth.test.ts`. */
const seed = Number(process.env['EDITS_SEED'] ?? 3)
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
    writesMilliseconds,
  )

/**
 * Why a plan may not be all, and which writes may then be missing or come besides: where AWS would have to be asked, and
 * the plan of a dry-run asks it nothing.
 */
const doubts: readonly { readonly why: RegExp; readonly missing?: RegExp; readonly more?: RegExp }[] = [
  { why: /^which Pods are targets is not known here$/ },
  { why: / counts as its default, AWS was not asked$/, more: /^Modify(LoadBalancer|TargetGroup)Attributes / },
  { why: /^security group k8s-traffic-\S+ may be there already$/, missing: /^CreateSecurityGroup k8s-traffic-/ },
]

let seen = 0
let before = await emulator.snapshot()
/** Waits until the certain writes of a plan have been made, and no other comes where one may; answers those that were made. */
const made = async (certain: readonly string[], isOpen: boolean): Promise<readonly string[]> => {
  const end = performance.now() + writesMilliseconds
  for (;;) {
    const calls = await emulator.calls(seen)
    const after = await emulator.snapshot()
    const names = namesById(before, after)
    const done = writesOf(calls).filter(({ errorCode, status }) => errorCode === undefined && status > 0)
    const writes = done.map((call) => madeWrite(call, names))
    const isUnderWay = calls.some(({ status }) => status === 0)
    await delay(isOpen ? 1_000 : 20)
    const isQuiet = !isOpen || (await emulator.calls(seen)).length === calls.length
    if ((surplus(certain, writes).length === 0 && !isUnderWay && isQuiet) || performance.now() > end) {
      seen += calls.length
      before = after
      return writes
    }
  }
}

await t.test(`${wanted} random edits (EDITS_SEED=${seed}): the plan of each is what is then written`, async (t) => {
  const incomplete = new Map<string, number>()
  let [state, accepted, refused, writes] = [first, 0, 0, 0]
  const creation: Edit = { what: 'the first load balancer', of: 'ingress', apply: (of) => of }
  for (const { what, of, apply } of [creation, ...edits]) {
    if (accepted === wanted) break
    const after = apply(state)
    const plan = await planned(of, after)
    if (plan === 'refused') {
      refused += 1
      continue
    }
    const told = plannedWrites(plan)
    const refusal = await applyEdited(client, namespace, of, editedObject(namespace, of, after), {})
    if (refusal !== undefined) {
      refused += 1
      t.match(plan, { writes: {}, incomplete: [/^nothing is applied until /] }, `${what}: ${refusal}`)
      continue
    }
    accepted += 1
    state = after
    const open = doubts.filter(({ why }) => plan.incomplete.some((each) => why.test(each)))
    const mayMiss = (write: string): boolean => open.some(({ missing }) => missing?.test(write) === true)
    const mayCome = (write: string): boolean => open.some(({ more }) => more?.test(write) === true)
    const written = await made(
      told.filter((write) => !mayMiss(write)),
      open.some(({ more }) => more !== undefined),
    )
    writes += written.length
    for (const why of plan.incomplete) incomplete.set(why, (incomplete.get(why) ?? 0) + 1)
    t.same(
      {
        missing: surplus(told, written).filter((write) => !mayMiss(write)),
        more: surplus(written, told).filter((write) => !mayCome(write)),
        why: plan.incomplete.filter((each) => !doubts.some(({ why }) => why.test(each))),
      },
      { missing: [], more: [], why: [] },
      `${what}: ${told.length} writes${plan.incomplete.length === 0 ? '' : ` (${plan.incomplete.join('; ')})`}`,
    )
  }
  const last = await quietCalls(emulator, 1_500)
  t.same(
    writesOf(last.slice(seen)).map(({ action }) => action),
    [],
    'nothing more comes',
  )
  t.equal(accepted, wanted)
  t.comment(`${accepted} edits, ${refused} refused, ${writes} writes`)
  for (const [why, count] of incomplete) t.comment(`${count} times incomplete: ${why}`)
})
