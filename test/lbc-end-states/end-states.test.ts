import t from 'tap'
import { caseNames, readCase } from './case.ts'
import { judgeIngress } from '../../shared/group/admission.ts'
import { planTargets } from '../../shared/plan/bindings.ts'
import { planGroup } from '../../shared/plan/group.ts'
import { noEndpoints } from '../../shared/plan/pod-targets.ts'
import { planNodeRules } from '../../shared/plan/security.ts'
import { buildCase, worldOf } from './end-state.ts'
import { leftBy } from './observed.ts'
import { normal } from './normal.ts'
import { onAws } from './on-aws.ts'
import { evaluateCase, groupsOfInstance, ingressOf, nodes } from './world.ts'

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
        { steps: [], problems: [], pods: [], leftOut: 0 },
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
