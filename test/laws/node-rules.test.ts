import * as fc from 'fast-check'
import t from 'tap'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../../shared/model/observed.ts'
import { nodeRuleDescription, planNodeRules } from '../../shared/plan/security.ts'
import type { Step } from '../../shared/plan/step.ts'
import { binding } from '../shared/plan/cluster.ts'
import { group, rule, sourceOf, world } from '../shared/plan/node-rules.ts'

const someBindings: fc.Arbitrary<readonly TargetGroupBinding[]> = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom('t1', 't2', 't3'),
      nodePorts: fc.uniqueArray(fc.integer({ min: 30000, max: 30009 }), { maxLength: 3 }),
      targetType: fc.constantFrom('instance', 'instance', 'instance', 'ip'),
    })
    .map(({ name, ...rest }) => binding(name, rest)),
  { selector: ({ name }) => name },
)
const someRules = fc.uniqueArray(
  fc
    .record({
      fromPort: fc.integer({ min: 30000, max: 30009 }),
      length: fc.integer({ min: 0, max: 5 }),
      description: fc.constantFrom(nodeRuleDescription, ''),
      groupId: fc.constantFrom('sg-backend', 'sg-old'),
    })
    .map(({ fromPort, length, description, groupId }) =>
      rule(fromPort, fromPort + length, { description, source: { is: 'group', groupId } }),
    ),
  { selector: ({ fromPort, toPort, source }) => `${fromPort} ${toPort} ${sourceOf(source)}` },
)
const someWorlds = fc
  .record({ bindings: someBindings, a: someRules, b: someRules, c: someRules, second: fc.constantFrom('sg-a', 'sg-b') })
  .map(({ bindings, a, b, c, second }) =>
    world({
      bindings,
      observed: [group('sg-a', a), group('sg-b', b), group('sg-c', c, {})],
      groupsOfInstance: new Map([
        ['i-a', ['sg-a']],
        ['i-b', [second]],
      ]),
    }),
  )

/** The groups after the steps were run. */
const applied = (
  observed: readonly ObservedSecurityGroup[],
  steps: readonly Step[],
): readonly ObservedSecurityGroup[] =>
  observed.map((one) => {
    let { inbound } = one
    for (const step of steps) {
      if (step.is !== 'authorize-ingress' && step.is !== 'revoke-ingress') continue
      if (!('arn' in step.securityGroup) || step.securityGroup.arn !== one.id) continue
      const same = (a: SecurityGroupRule): boolean => step.rules.some((b) => textOf(a) === textOf(b))
      const added = step.rules.flatMap(({ source, ...rest }) =>
        source.is === 'made-group' ? [] : [{ ...rest, source }],
      )
      inbound =
        step.is === 'authorize-ingress' ? [...inbound, ...added] : inbound.filter((candidate) => !same(candidate))
    }
    return { ...one, inbound }
  })

const textOf = ({
  protocol,
  fromPort,
  toPort,
  source,
}: Pick<SecurityGroupRule, 'protocol' | 'fromPort' | 'toPort'> & { readonly source: object }): string =>
  JSON.stringify([protocol, fromPort, toPort, source])

void t.test('law: planning the rules on nodes after applying plans nothing', async () => {
  fc.assert(
    fc.property(someWorlds, (before) => {
      const { steps, given } = planNodeRules(before)
      const after = { ...before, observed: applied(before.observed, steps), given: new Set(given) }
      return planNodeRules(after).steps.length === 0
    }),
    { numRuns: 300 },
  )
})

void t.test('law: for rules on nodes the order of bindings, nodes, groups and rules does not matter', async () => {
  fc.assert(
    fc.property(someWorlds, (one) => {
      const other = {
        ...one,
        bindings: one.bindings.toReversed(),
        nodes: one.nodes.toReversed(),
        observed: one.observed.map((each) => ({ ...each, inbound: each.inbound.toReversed() })).toReversed(),
      }
      return JSON.stringify(planNodeRules(one).steps) === JSON.stringify(planNodeRules(other).steps)
    }),
  )
})

void t.test('law: rules of others are never revoked, nor any rule of a group that is not ours', async () => {
  fc.assert(
    fc.property(someWorlds, (one) =>
      planNodeRules(one).steps.every(
        (step) =>
          step.is !== 'revoke-ingress' ||
          ('arn' in step.securityGroup &&
            step.securityGroup.arn !== 'sg-c' &&
            step.rules.every(({ description }) => description === nodeRuleDescription)),
      ),
    ),
  )
})
