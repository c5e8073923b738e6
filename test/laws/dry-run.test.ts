import fc from 'fast-check'
import t from 'tap'
import { evaluate } from '../../shared/group/evaluate.ts'
import { planIngress, planService } from '../../shared/group/planned.ts'
import type { PlanView } from '../../shared/group/planned.ts'
import type { GroupRecord } from '../../shared/group/record.ts'
import type { Facts } from '../../shared/ingress/facts.ts'
import { implicitFinalizer } from '../../shared/ingress/membership.ts'
import { nameOf } from '../../shared/kubernetes/objects.ts'
import type { Ingress, Node, Service, TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import { readNode } from '../../shared/kubernetes/read.ts'
import { digestOf } from '../../shared/model/digest.ts'
import type { ObservedSecurityGroup, ObservedTarget } from '../../shared/model/observed.ts'
import { prefix } from '../../shared/names/annotation-keys.ts'
import { backendSecurityGroupName } from '../../shared/names/names.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import { planTargets } from '../../shared/plan/bindings.ts'
import { planGroup } from '../../shared/plan/group.ts'
import { namesOf } from '../../shared/plan/names.ts'
import { noEndpoints } from '../../shared/plan/pod-targets.ts'
import { planNodeRules } from '../../shared/plan/security.ts'
import type { GroupWorld } from '../../shared/plan/context.ts'
import type { Plan, Step } from '../../shared/plan/step.ts'
import { writesOf } from '../../shared/plan/writes.ts'
import type { Write } from '../../shared/plan/writes.ts'
import { certificate, facts, service } from '../builders.ts'
import { anyIngress, services } from './arbitraries.ts'
import { AwsMemory } from './world.ts'

const group = 'echoserver/echoserver'
const backendName = backendSecurityGroupName('demo')

const nodes: readonly Node[] = ['a', 'c'].map((zone) =>
  readNode({
    metadata: { name: `node-${zone}` },
    spec: { providerID: `aws:///ap-northeast-1${zone}/i-0${zone}` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }),
)

const certificates = ['a', 'b'].map((name) =>
  certificate({ arn: `arn:aws:acm:ap-northeast-1:123456789012:certificate/${name}`, names: ['*.example.com'] }),
)
const [first, second] = certificates.map(({ arn }) => arn)

const keys = fc.record(
  {
    'inbound-cidrs': fc.constantFrom('192.0.2.0/24', '192.0.2.0/24,198.51.100.0/24'),
    'security-groups': fc.constantFrom('sg-0a1b', 'edge'),
    'manage-backend-security-group-rules': fc.constantFrom('true', 'false'),
    'listen-ports': fc.constantFrom('[{"HTTPS":443}]', '[{"HTTP":80},{"HTTPS":443}]'),
    'certificate-arn': fc.constantFrom(`${first}`, `${second}`, `${first},${second}`),
    'ssl-redirect': fc.constant('443'),
    scheme: fc.constantFrom('internal', 'internet-facing', 'internal', 'internet-facing', 'public'),
  },
  { requiredKeys: [] },
)

/** An Ingress with more keys; some do not go together, and the Ingress is at fault. */
const anyEdit: fc.Arbitrary<Ingress> = fc.tuple(anyIngress(), keys).map(([ingress, extra]) => {
  const written = Object.entries(extra).map(([key, value]) => [prefix + key, value] as const)
  return { ...ingress, annotations: { ...ingress.annotations, ...Object.fromEntries(written) } }
})

/** A controller over AWS in memory with its three lanes; it tells the writes of each pass. */
class Controller {
  readonly #aws = new AwsMemory()
  readonly #targets = new Map<string, readonly ObservedTarget[]>()
  #record: GroupRecord | undefined
  #nodes: ObservedSecurityGroup = { id: 'nodes', name: 'nodes', description: '', vpcId: '', inbound: [], tags: {} }

  facts(all: readonly Service[]): Facts {
    const loadBalancers = [...this.#aws.loadBalancers.values()]
    return facts({
      services: all,
      certificates,
      securityGroups: [{ id: 'sg-0a1b', vpcId: 'vpc-0a1b', name: 'edge' }],
      loadBalancers: loadBalancers.map(({ name, scheme, subnetIds }) => ({ group, name, scheme, subnetIds })),
    })
  }

  view(all: readonly Service[]): PlanView {
    return { bindings: this.#bindings(), nodes, services: all, record: () => this.#record }
  }

  /** Passes until nothing is waited for: targets are healthy at once, and the grace of a load balancer is over. */
  pass(ingress: Ingress, services: readonly Service[]): readonly Write[] {
    const writes: Write[] = []
    let stage: GroupWorld['replacement'] = 'built'
    for (let round = 0; round < 10; round += 1) {
      const { done, plan } = this.#round(ingress, this.facts(services), stage)
      writes.push(...done)
      if (plan.replacement === undefined && plan.pending === undefined) return writes
      if (plan.replacement !== undefined && plan.steps.length === 0) {
        if (plan.replacement.waitsFor.length > 0) throw new Error(plan.replacement.waitsFor.join())
        stage = stage === 'built' ? 'moved' : 'go'
      }
    }
    throw new Error('does not settle')
  }

  #round(
    ingress: Ingress,
    given: Facts,
    replacement: GroupWorld['replacement'],
  ): { readonly done: readonly Write[]; readonly plan: Plan } {
    const lastGood = this.#record?.members[group]
    const member = { name: group, ingress, role: 'present', ...(lastGood === undefined ? {} : { lastGood }) } as const
    const { model, standings } = evaluate({ key: group, members: [member] }, given)
    const observed = this.#aws.observed()
    const backend = observed.securityGroups.find(({ tags }) => tags[tagKeys.clusterResource] === 'backend-sg')
    const ofGroup = { ...observed, securityGroups: observed.securityGroups.filter((each) => each !== backend) }
    const before = this.#bindings()
    const plan = planGroup({
      model,
      observed: ofGroup,
      bindings: before,
      cluster: 'demo',
      vpcId: 'vpc-0a1b',
      externalManagedTags: [],
      backendGroup: backend?.id,
      backendGroupWanted: {
        name: backendName,
        tags: { [tagKeys.cluster]: 'demo', [tagKeys.clusterResource]: 'backend-sg' },
      },
      trusted: false,
      explained: true,
      replacement,
      whole: false,
    })
    const { steps } = plan
    const lastWritten = steps.findLastIndex(({ is }) => is === 'apply-binding')
    const onNodes: Step[] = []
    let run = 0
    this.#aws.apply(steps, () => {
      if (run === lastWritten) onNodes.push(...this.#nodeSteps(given))
      run += 1
    })
    onNodes.push(...this.#nodeSteps(given))
    const lanes = [...this.#targetSteps(before, given), ...onNodes]
    const standing = standings.get(group)
    const isSettled = plan.replacement === undefined && plan.pending === undefined
    const digest = isSettled ? digestOf(model) : undefined
    this.#record = {
      version: 1,
      members: standing?.is === 'current' ? { [group]: standing.contribution } : (this.#record?.members ?? {}),
      ...(digest === undefined ? {} : { digest }),
    }
    const after = this.#aws.observed()
    const made = new Map(after.targetGroups.map(({ arn, name }) => [arn, name]))
    const name = namesOf(observed, steps, made)
    return { done: [...steps, ...lanes].flatMap((step) => writesOf(step, name)), plan }
  }

  #bindings(): readonly TargetGroupBinding[] {
    return [...this.#aws.bindings.values()]
  }

  #targetSteps(before: readonly TargetGroupBinding[], { cluster }: Facts): readonly Step[] {
    const now = this.#bindings()
    const kept = new Set(now.map(({ spec }) => spec.targetGroupARN))
    const gone = before.flatMap(({ spec: { targetGroupARN: arn } }): readonly Step[] => {
      const targets = this.#targets.get(arn) ?? []
      if (kept.has(arn) || targets.length === 0) return []
      this.#targets.delete(arn)
      this.#aws.setTargets(arn, [])
      const base = { lane: 'binding', phase: 'remove', group: '', because: [], targetGroup: { arn } } as const
      return [{ ...base, id: `binding/deregister-targets/${arn}`, is: 'deregister-targets', targets }]
    })
    const changed = now.flatMap((binding) => {
      const arn = binding.spec.targetGroupARN
      const found = cluster.service(binding.namespace, binding.spec.serviceRef.name)
      const { steps } = planTargets({
        binding,
        service: found,
        nodes,
        endpoints: noEndpoints,
        observed: this.#targets.get(arn) ?? [],
      })
      const whole = planTargets({ binding, service: found, nodes, endpoints: noEndpoints, observed: [] }).steps
      if (steps.length > 0)
        this.#targets.set(
          arn,
          whole.flatMap((step) =>
            step.is === 'register-targets' ? step.targets.map((target) => ({ ...target, state: 'healthy' })) : [],
          ),
        )
      this.#aws.setTargets(arn, this.#targets.get(arn) ?? [])
      return steps
    })
    return [...gone, ...changed]
  }

  #nodeSteps({ cluster }: Facts): readonly Step[] {
    const { steps } = planNodeRules({
      bindings: this.#bindings(),
      service: cluster.service,
      nodes,
      endpoints: noEndpoints,
      groupsOfPod: new Map(),
      groupsOfInstance: new Map([
        ['i-0a', ['nodes']],
        ['i-0c', ['nodes']],
      ]),
      observed: [this.#nodes],
      clusterName: 'demo',
      given: new Set(['nodes']),
    })
    for (const step of steps) {
      const rules = step.is === 'authorize-ingress' || step.is === 'revoke-ingress' ? step.rules : []
      const known = rules.flatMap(({ source, ...rule }) => (source.is === 'made-group' ? [] : [{ ...rule, source }]))
      const texts = new Set(known.map((rule) => JSON.stringify(rule)))
      const others = this.#nodes.inbound.filter((rule) => !texts.has(JSON.stringify(rule)))
      this.#nodes = { ...this.#nodes, inbound: step.is === 'authorize-ingress' ? [...others, ...known] : others }
    }
    return steps
  }
}

/** A rule is called by its priority, which the plan itself may move before another step changes the rule. */
const texts = (writes: readonly Write[]): readonly string[] =>
  writes.map(({ action, on }) => (action === 'ModifyRule' ? action : `${action} ${on}`)).toSorted()

/** An Ingress as the cluster holds it once the controller has seen it. */
const held = (ingress: Ingress): Ingress => ({ ...ingress, finalizers: [implicitFinalizer] })

void t.test('law: the plan of a dry-run is what the controller then writes, action by action', async (t) => {
  let edits = 0
  let whole = 0
  let writes = 0
  fc.assert(
    fc.property(fc.array(anyEdit, { minLength: 2, maxLength: 5 }), (states) => {
      const controller = new Controller()
      for (const [index, after] of states.entries()) {
        const before = states[index - 1]
        const known = controller.facts(services)
        const change =
          before === undefined
            ? ({ operation: 'CREATE', after, dryRun: true } as const)
            : ({ operation: 'UPDATE', before: held(before), after: held(after), dryRun: true } as const)
        const planned = planIngress(change, known, controller.view(services), [])
        const done = controller.pass(held(after), services)
        edits += 1
        writes += done.length
        if (planned === undefined) throw new Error('no plan')
        if (planned.incomplete.some((why) => why.includes('still being applied')))
          throw new Error(planned.lines.join('\n'))
        if (planned.incomplete.length === 0) whole += 1
        // The backend group stays while a group is left that once used it.
        if (planned.incomplete.some((why) => why.includes('may be there already'))) continue
        const [told, seen] = [texts(planned.writes), texts(done)]
        if (JSON.stringify(told) !== JSON.stringify(seen))
          throw new Error(`planned ${told.join('; ')}, but written ${seen.join('; ')}`)
        if (planned.lines.length > 8 || planned.lines.some((line) => line.length > 120 || !line.startsWith('plan: ')))
          throw new Error(planned.lines.join('\n'))
      }
      return true
    }),
    { numRuns: 80 },
  )
  t.ok(whole >= 100, `${whole} of ${edits} edits with a whole plan`)
  t.ok(writes > 1_000, `${writes} writes`)
})

const all = (one: Service): readonly Service[] => [one, ...services.slice(1)]

const anyService = (name: string): fc.Arbitrary<Service> =>
  fc
    .record({
      nodePort: fc.constantFrom(31000, 31001, 31002, 32000),
      uid: fc.constant(`uid-${name}`),
      keys: fc.constantFrom<Readonly<Record<string, string>>[]>(
        {},
        { 'alb.ingress.kubernetes.io/healthcheck-path': '/ready' },
        { 'alb.ingress.kubernetes.io/healthcheck-interval-seconds': '20' },
      ),
    })
    .map(({ nodePort, uid, keys }) =>
      service({
        name,
        uid,
        annotations: keys,
        ports: [{ name: 'http', port: 80, nodePort, targetPort: 8080, protocol: 'TCP' }],
      }),
    )

void t.test(
  'law: the plan for a Service is what the controller then writes for the Ingress that uses it',
  async (t) => {
    let writes = 0
    fc.assert(
      fc.property(anyIngress(), fc.array(anyService('one'), { minLength: 2, maxLength: 4 }), (ingress, states) => {
        const controller = new Controller()
        const [first, ...others] = states
        if (first === undefined) return true
        controller.pass(held(ingress), all(first))
        let before = first
        for (const after of others) {
          const known = controller.facts(all(before))
          const cluster = { ...known.cluster, ingresses: [held(ingress)] }
          const planned = planService(before, after, { ...known, cluster }, controller.view(all(before)), [])
          const done = controller.pass(held(ingress), all(after))
          writes += done.length
          before = after
          if (planned === undefined) {
            if (done.length > 0) throw new Error(`no plan, but written ${texts(done).join('; ')}`)
            continue
          }
          const [told, seen] = [texts(planned.writes), texts(done)]
          if (JSON.stringify(told) !== JSON.stringify(seen))
            throw new Error(`planned ${told.join('; ')}, but written ${seen.join('; ')} of ${nameOf(ingress)}`)
        }
        return true
      }),
      { numRuns: 80 },
    )
    t.ok(writes > 100, `${writes} writes`)
  },
)
