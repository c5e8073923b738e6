import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { z } from 'zod'
import { loadBalancerName } from '../../shared/features/load-balancer-name.ts'
import { injectionLabel } from '../../shared/names/pod-gates.ts'
import { importCertificate } from '../aws/fixture-certificates.ts'
import { addIpv6 } from '../aws/fixture-ipv6.ts'
import { type Short, whenChecked } from './misconfigurations/answer.ts'
import { deniedSets, rulesByCode } from './real-ingresses/denied.ts'
import { anyHost, hostLists, putInPlace, servicesOf } from './real-ingresses/put-in-place.ts'
import { type RealSet, realSets } from './real-ingresses/read.ts'
import { connectApiServer } from './support/api.ts'
import { eventually, put } from './support/kubectl.ts'
import { prefix } from './support/objects.ts'
import { stackFor } from './support/stack.ts'

/*
 * Ingresses that people have published, with the ids of this account put in place: no false alarm. `goldens/real-ingresses.json` holds
 * what each is told, so that a change of it is read; UPDATE=1 rewrites it.
 */

const namespace = 'real'
const stack = await stackFor(t, { controller: false, webhook: false })
const { emulator, fixture } = stack
await addIpv6(emulator, fixture)
const certificateOf = new Map([[anyHost, fixture.certificates[anyHost]]])
// AWS takes 100 names in a certificate
for (const names of hostLists(realSets, 100)) {
  const arn = await importCertificate(emulator, { names })
  for (const name of names) certificateOf.set(name, arn)
}
const labels = { [injectionLabel.key]: injectionLabel.value }
await put(stack, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
await put(stack, servicesOf(realSets, namespace))
await stack.startWebhook({ flags: ['--facts-budget=4s'] })
await stack.registerWebhooks()
const api = await connectApiServer(stack.controlPlane)
t.teardown(() => api.close())

const ask = async (set: RealSet): Promise<Short> => {
  const object = putInPlace(set, { namespace, fixture, certificateOf })
  return whenChecked(api, object, () => api.create(object))
}

/** What is told of a set, without what differs from run to run. */
const told = ({ faults, warnings }: Short): readonly string[] => [
  ...faults.map(({ field, code, message }) => `denied: ${field} ${code === '' ? message : code}`),
  ...warnings
    .filter((warning) => !warning.startsWith('annotation "kubernetes.io/ingress.class" is deprecated'))
    .map((warning) =>
      warning
        .replace(/uses certificate \.\.\.[0-9a-f]{8} \((.*), valid to .*\)$/, 'uses certificate ($1)')
        .replaceAll(/\b(subnet|sg|vpc)-[0-9a-f]{17}\b/g, '$1-ID'),
    ),
]

const update = process.env['UPDATE'] === '1'
const file = new URL('../goldens/real-ingresses.json', import.meta.url)
const answers = new Map<string, Short>()

/** Keys that are not built yet: such a set is refused for them alone. */
const isLater = (key: string): boolean =>
  /^(?:group|actions|conditions|transforms)\.|^auth-|^wafv2-|^enable-frontend-nlb$/.test(key)

await t.test('every set is answered as before', async (t) => {
  const last = realSets.findLast(({ rules }) => rules.length > 0)
  if (last === undefined) throw new Error('no set has rules')
  await eventually('the Services in the cache of the webhook', async () => {
    const { warnings } = await ask(last)
    return warnings.some((warning) => warning.includes('does not exist yet')) ? undefined : true
  })
  for (const set of realSets) answers.set(set.id, await ask(set))
  const now = Object.fromEntries(Array.from(answers, ([id, answer]) => [id, told(answer)]))
  if (update) writeFileSync(file, `${JSON.stringify(now, undefined, 1)}\n`)
  const before = z.record(z.string(), z.array(z.string())).parse(JSON.parse(readFileSync(file, 'utf8')))
  for (const [id, lines] of Object.entries(now)) t.same(lines, before[id], id)
  t.notOk(update, 'the golden file was rewritten because UPDATE=1 is set; run again without it')
})

await t.test('every name of a load balancer is one', async (t) => {
  for (const { id, annotations } of realSets) {
    const name = annotations[`${prefix}load-balancer-name`]
    if (name !== undefined) t.ok(loadBalancerName.codec.decode(name).ok, `${id}: ${name}`)
  }
})

const judged = realSets.map((set) => {
  const { faults = [] } = answers.get(set.id) ?? {}
  const later = Object.keys(set.annotations).flatMap((key) =>
    key.startsWith(prefix) && isLater(key.slice(prefix.length)) ? [key.slice(prefix.length)] : [],
  )
  return {
    set,
    later,
    notBuilt: faults.filter(({ code }) => code === 'NotSupportedYet').map(({ field }) => field),
    others: faults.filter(({ code }) => code !== 'NotSupportedYet'),
  }
})
const sound = judged.filter(({ set }) => set.suspect === undefined)
const built = sound.filter(({ later }) => later.length === 0)
const denied = built.filter(({ others }) => others.length > 0)

await t.test(
  `of ${built.length} sets of keys that are built ${built.length - denied.length} are admitted, ${denied.length} denied by a rule`,
  async (t) => {
    for (const { set, notBuilt } of built) t.same(notBuilt, [], set.id)
    t.same(
      denied.map(({ set, others }) => `${set.id} ${others.map(({ code }) => code).join(' ')}`),
      deniedSets,
    )
  },
)

await t.test(`${sound.length - built.length} sets of keys that are not built are refused for these`, async (t) => {
  for (const { set, later, notBuilt, others } of sound.filter((each) => each.later.length > 0)) {
    t.same(notBuilt.toSorted(), later.toSorted(), set.id)
    for (const { code } of others) t.ok(Object.hasOwn(rulesByCode, code), `${set.id}: ${code}`)
  }
})

await t.test(
  `${judged.length - sound.length} sets were wrong where they were found, and are not counted`,
  async (t) => {
    t.equal(judged.length, 283)
  },
)
