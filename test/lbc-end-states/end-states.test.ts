import t from 'tap'
import { type EndState, type EndStateBinding, type LbcCase, caseNames, parseCase, readCase } from './case.ts'
import { judgeIngress } from '../../shared/group/admission.ts'
import { planTargets } from '../../shared/plan/bindings.ts'
import { planGroup } from '../../shared/plan/group.ts'
import { noEndpoints } from '../../shared/plan/pod-targets.ts'
import { planNodeRules } from '../../shared/plan/security.ts'
import { buildCase, worldOf } from './end-state.ts'
import { leftBy } from './observed.ts'
import { evaluateCase, groupsOfInstance, ingressOf, nodes } from './world.ts'

/**
 * The cases as they can be on AWS. Of the differences on purpose none touches what these cases show. One value AWS itself
 * refuses, though the emulator that LBC ran on took it: a tag value has no comma (ELBv2 API, `Tag`).
 */
const onAws = (name: string): LbcCase => {
  const lbc = readCase(name)
  return name === 'tags' ? replaceText(replaceText(lbc, 'a\\\\,b=c', 'a+b=c'), 'a,b=c', 'a+b=c') : lbc
}

const replaceText = (lbc: LbcCase, from: string, to: string): LbcCase => {
  const before = JSON.stringify(lbc)
  const after = before.replaceAll(from, to)
  if (after === before) throw new Error(`the case does not hold ${from}`)
  return parseCase(JSON.parse(after))
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

const hashless = (name: string): string => name.replace(/-[0-9a-f]{10}$/, '-#')

/** Lists that AWS keeps without order are sorted; the hash of a name that holds a UID is `#`. */
const normal = (
  aws: EndState,
  bindings: readonly EndStateBinding[],
): { readonly aws: EndState; readonly bindings: readonly EndStateBinding[] } => {
  return {
    aws: {
      loadBalancers: aws.loadBalancers.map((balancer) => ({
        ...balancer,
        groups: balancer.groups.toSorted(),
        subnets: balancer.subnets.toSorted(),
        listeners: balancer.listeners
          .map((listener) => ({
            ...listener,
            rules: listener.rules
              .map((rule) => ({ ...rule, conditions: rule.conditions.toSorted(byText) }))
              .toSorted((a, b) => a.priority - b.priority),
          }))
          .toSorted((a, b) => a.port - b.port),
      })),
      targetGroups: aws.targetGroups
        .map((group) => ({ ...group, name: hashless(group.name), targets: group.targets.toSorted(byText) }))
        .toSorted((a, b) => a.Port - b.Port),
      securityGroups: aws.securityGroups
        .map((group) => ({ ...group, inbound: group.inbound.toSorted(byText) }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    },
    bindings: bindings
      .map((binding) => ({ ...binding, name: hashless(binding.name) }))
      .toSorted((a, b) => byText(a.spec['networking'], b.spec['networking'])),
  }
}

void t.test('there are cases', async (t) => {
  t.ok(caseNames.length >= 13, `${caseNames.length} cases`)
})

for (const name of caseNames) {
  void t.test(`${name}: built from nothing, AWS and the bindings end as LBC left them`, async (t) => {
    const lbc = onAws(name)
    const built = buildCase(evaluateCase(lbc))
    const ours = normal(built.aws, built.bindings)
    const theirs = normal(lbc.aws, lbc.kubernetes.bindings)
    t.same(ours.aws.loadBalancers, theirs.aws.loadBalancers, 'load balancer, listeners and rules')
    t.same(ours.aws.targetGroups, theirs.aws.targetGroups, 'target groups and targets')
    t.same(ours.aws.securityGroups, theirs.aws.securityGroups, 'security groups, that of the nodes included')
    t.same(ours.bindings, theirs.bindings, 'TargetGroupBindings')
  })

  void t.test(`${name}: taken over from LBC, nothing is written`, async (t) => {
    const lbc = onAws(name)
    const left = leftBy(lbc)
    const [balancer] = left.observed.loadBalancers
    t.ok(balancer)
    if (balancer === undefined) return
    const world = evaluateCase(lbc, [balancer])
    const service = (namespace: string, wanted: string) =>
      world.services.find((each) => each.namespace === namespace && each.name === wanted)
    t.same(planGroup(worldOf(world, left)), { steps: [], reads: [] }, 'the group')
    for (const binding of left.bindings)
      t.same(
        planTargets({
          binding,
          service: service(binding.namespace, binding.spec.serviceRef.name),
          nodes,
          endpoints: noEndpoints,
          observed: left.targets.get(binding.spec.targetGroupARN) ?? [],
        }),
        { steps: [], problems: [], pods: [] },
        `the targets of ${binding.name}`,
      )
    const rules = planNodeRules({
      bindings: left.bindings,
      service,
      nodes,
      endpoints: noEndpoints,
      groupsOfPod: new Map(),
      groupsOfInstance: new Map([...groupsOfInstance.keys()].map((id) => [id, [left.nodes.id]])),
      observed: [left.nodes],
      clusterName: 'demo',
      given: new Set(),
    })
    t.same(rules.steps, [], 'the rules on the nodes')
    t.same(rules.problems, [])
  })
}

void t.test('the tag value that AWS refuses is refused at admission', async (t) => {
  const { after, facts } = ingressOf(readCase('tags'))
  const { findings } = judgeIngress({ operation: 'CREATE', after, dryRun: false }, facts)
  t.same(
    findings.map(({ code, value }) => [code, value]),
    [['TagValueInvalid', '"a,b=c"']],
  )
})
