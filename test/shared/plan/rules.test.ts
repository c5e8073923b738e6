import t from 'tap'
import type { DesiredRule } from '../../../shared/model/model.ts'
import type { ObservedRule } from '../../../shared/model/observed.ts'
import { planRules } from '../../../shared/plan/rules.ts'
import { awsListener, awsRule, desiredListener, desiredRule, tagsOf, worldOf, written } from './stack.ts'

const refs = {
  arnOf: (resourceId: string) => ({ 'shop/web-web:80': 'tg-web', 'shop/web-api:80': 'tg-api' })[resourceId],
  standInOf: () => undefined,
  refOf: (resourceId: string) => ({ arn: resourceId.replace('shop/web-', 'tg-').replace(':80', '') }),
}

const planned = (observed: readonly ObservedRule[], desired: readonly DesiredRule[]): readonly string[] =>
  written((writer) =>
    planRules(
      writer,
      worldOf({ externalManagedTags: ['CostCenter'] }),
      { ref: { arn: 'listener-80' }, desired: desiredListener(desired), observed: awsListener(observed) },
      refs,
    ),
  )

const resource = (priority: number): string => `{ingress.k8s.aws/resource=80:${priority}}`
const retagged = (name: string, priority: number): string =>
  `switch tag rule-${name} +ingress.k8s.aws/resource=80:${priority}`

interface Case {
  readonly name: string
  readonly aws: readonly ObservedRule[]
  readonly desired: readonly DesiredRule[]
  readonly want: readonly string[]
}

const cases: readonly Case[] = [
  { name: 'no rules, none wanted: nothing', aws: [], desired: [], want: [] },
  {
    name: 'the same rules: nothing',
    aws: [awsRule(2, 'b'), awsRule(1, 'a')],
    desired: [desiredRule('a'), desiredRule('b')],
    want: [],
  },
  {
    name: 'first rules are created in order, priorities without a gap',
    aws: [],
    desired: [desiredRule('a'), desiredRule('b', 'api')],
    want: [
      `make   create-rule 80:1 host-header=a -> forward tg-web ${resource(1)}`,
      `make   create-rule 80:2 host-header=b -> forward tg-api ${resource(2)}`,
    ],
  },
  {
    name: 'a rule at the end is created without a move',
    aws: [awsRule(1, 'a')],
    desired: [desiredRule('a'), desiredRule('b')],
    want: [`make   create-rule 80:2 host-header=b -> forward tg-web ${resource(2)}`],
  },
  {
    name: 'a rule in front: the others make room first, in one call',
    aws: [awsRule(1, 'b'), awsRule(2, 'c')],
    desired: [desiredRule('a'), desiredRule('b'), desiredRule('c')],
    want: [
      'switch set-rule-priorities rule-b -> 2, rule-c -> 3',
      `make   create-rule 80:1 host-header=a -> forward tg-web ${resource(1)}`,
      retagged('b', 2),
      retagged('c', 3),
    ],
  },
  {
    name: 'another order is one call and nothing is made anew',
    aws: [awsRule(1, 'a'), awsRule(2, 'b'), awsRule(3, 'c')],
    desired: [desiredRule('c'), desiredRule('b'), desiredRule('a')],
    want: ['switch set-rule-priorities rule-c -> 1, rule-a -> 3', retagged('c', 1), retagged('a', 3)],
  },
  {
    name: 'gaps that somebody left are closed',
    aws: [awsRule(7, 'a'), awsRule(9, 'b')],
    desired: [desiredRule('a'), desiredRule('b')],
    want: ['switch set-rule-priorities rule-a -> 1, rule-b -> 2', retagged('a', 1), retagged('b', 2)],
  },
  {
    name: 'a last rule that nobody wants is deleted where it stands',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('a')],
    want: ['remove delete-rule rule-b'],
  },
  {
    name: 'a rule that is in the way steps aside to the end and is deleted last',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('b')],
    want: ['switch set-rule-priorities rule-b -> 1, rule-a -> 50000', retagged('b', 1), 'remove delete-rule rule-a'],
  },
  {
    name: 'several in the way step aside in their order, with those behind them, and the last is deleted first',
    aws: [awsRule(1, 'a'), awsRule(2, 'b'), awsRule(3, 'c'), awsRule(50000, 'd')],
    desired: [desiredRule('c'), desiredRule('x')],
    want: [
      'switch set-rule-priorities rule-c -> 1, rule-a -> 49998, rule-b -> 49999',
      `make   create-rule 80:2 host-header=x -> forward tg-web ${resource(2)}`,
      retagged('c', 1),
      'remove delete-rule rule-d',
      'remove delete-rule rule-b',
      'remove delete-rule rule-a',
    ],
  },
  {
    name: 'another target is a change in place',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('a', 'api'), desiredRule('b')],
    want: ['switch modify-rule rule-a host-header=a -> forward tg-api'],
  },
  {
    name: 'one rule out and one in is a change in place',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('x', 'api'), desiredRule('b')],
    want: ['switch modify-rule rule-a host-header=x -> forward tg-api'],
  },
  {
    name: 'one rule out and one in at another place: created, then deleted, so that it never stands before others',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('b'), desiredRule('x')],
    want: [
      'switch set-rule-priorities rule-b -> 1, rule-a -> 50000',
      `make   create-rule 80:2 host-header=x -> forward tg-web ${resource(2)}`,
      retagged('b', 1),
      'remove delete-rule rule-a',
    ],
  },
  {
    name: 'two rules out and two in: created, then deleted',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('x'), desiredRule('y')],
    want: [
      'switch set-rule-priorities rule-a -> 49999, rule-b -> 50000',
      `make   create-rule 80:1 host-header=x -> forward tg-web ${resource(1)}`,
      `make   create-rule 80:2 host-header=y -> forward tg-web ${resource(2)}`,
      'remove delete-rule rule-b',
      'remove delete-rule rule-a',
    ],
  },
  {
    name: 'two rules with the same conditions keep their actions apart',
    aws: [awsRule(1, 'a', 'web', { arn: 'rule-1' }), awsRule(2, 'a', 'api', { arn: 'rule-2' })],
    desired: [desiredRule('a', 'api'), desiredRule('a', 'web')],
    want: ['switch set-rule-priorities rule-2 -> 1, rule-1 -> 2', retagged('2', 1), retagged('1', 2)],
  },
  {
    name: 'other targets and another order: moved in one call, then changed',
    aws: [awsRule(1, 'a'), awsRule(2, 'b')],
    desired: [desiredRule('b', 'api'), desiredRule('a', 'api')],
    want: [
      'switch set-rule-priorities rule-b -> 1, rule-a -> 2',
      'switch modify-rule rule-b host-header=b -> forward tg-api',
      'switch modify-rule rule-a host-header=a -> forward tg-api',
      retagged('b', 1),
      retagged('a', 2),
    ],
  },
  {
    name: 'of two equal rules the one that stands right already is kept',
    aws: [awsRule(1, 'a', 'web', { arn: 'rule-1' }), awsRule(2, 'a', 'web', { arn: 'rule-2' })],
    desired: [desiredRule('x'), desiredRule('a')],
    want: ['switch modify-rule rule-1 host-header=x -> forward tg-web'],
  },
  {
    name: 'of two rules with the same conditions the one that stands right is changed',
    aws: [awsRule(1, 'a', 'web', { arn: 'rule-1' }), awsRule(2, 'a', 'web', { arn: 'rule-2' })],
    desired: [desiredRule('x'), desiredRule('a', 'api')],
    want: [
      'switch modify-rule rule-1 host-header=x -> forward tg-web',
      'switch modify-rule rule-2 host-header=a -> forward tg-api',
    ],
  },
  {
    name: 'a condition of a kind that is not built is not ours to keep',
    aws: [awsRule(1, 'a', 'web', { conditions: [{ field: 'other', text: '{"Field":"source-ip"}' }] })],
    desired: [desiredRule('a')],
    want: ['switch modify-rule rule-a host-header=a -> forward tg-web'],
  },
  {
    name: 'tags of others go from a rule, also those of version 1, but not external-managed ones',
    aws: [
      awsRule(1, 'a', 'web', {
        tags: { ...tagsOf('80:1'), Intruder: 'x', 'kubernetes.io/ingress-name': 'web', CostCenter: '1', 'aws:x': 'y' },
      }),
    ],
    desired: [desiredRule('a')],
    want: ['switch tag rule-a -Intruder -kubernetes.io/ingress-name'],
  },
]

for (const { name, aws, desired, want } of cases)
  void t.test(name, async (t) => {
    t.same(planned(aws, desired), want)
    t.same(planned(aws.toReversed(), desired), want, 'in whatever order AWS lists them')
  })
