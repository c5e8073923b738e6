import t from 'tap'
import type { ObservedListener } from '../../../shared/model/observed.ts'
import { stepWriter } from '../../../shared/plan/context.ts'
import { fright } from '../../../shared/plan/safety.ts'
import { awsListener, awsLoadBalancer, awsRule, built, group, worldOf } from './stack.ts'

interface Case {
  readonly name: string
  /** Number of rules on each listener, by port from 80 upwards. */
  readonly rules: readonly number[]
  /** Ports of listeners that are deleted. */
  readonly listenersGone?: readonly number[]
  readonly rulesGone?: number
  readonly explained?: boolean
  readonly want: string | undefined
}

const cases: readonly Case[] = [
  { name: 'nothing goes', rules: [3], want: undefined },
  { name: 'one of two rules goes', rules: [2], rulesGone: 1, want: undefined },
  { name: 'two of three rules go', rules: [3], rulesGone: 2, want: '2 of 3 rules would be deleted' },
  {
    name: 'two of three rules go because a member changed',
    rules: [3],
    rulesGone: 2,
    explained: true,
    want: undefined,
  },
  { name: 'the only rule goes', rules: [1], rulesGone: 1, want: undefined },
  { name: 'the only listener goes', rules: [0], listenersGone: [80], want: 'all 1 listeners would be deleted' },
  { name: 'both listeners go', rules: [1, 1], listenersGone: [80, 81], want: 'all 2 listeners would be deleted' },
  { name: 'one of two listeners goes with half of the rules', rules: [2, 2], listenersGone: [81], want: undefined },
  {
    name: 'one of two listeners goes with most of the rules',
    rules: [1, 2],
    listenersGone: [81],
    want: '2 of 3 rules would be deleted',
  },
  {
    name: 'rules of a listener and rules beside it count together',
    rules: [3, 2],
    listenersGone: [81],
    rulesGone: 1,
    want: '3 of 5 rules would be deleted',
  },
  { name: 'there is nothing to delete', rules: [], want: undefined },
]

const listenerOf = (count: number, index: number): ObservedListener =>
  awsListener(
    Array.from({ length: count }, (_, rule) => awsRule(rule + 1, `${index}-${rule}`)),
    { port: 80 + index },
  )

for (const { name, rules, listenersGone = [], rulesGone = 0, explained = false, want } of cases)
  void t.test(`${name}: ${want ?? 'no fright'}`, async (t) => {
    const value = rules.map(listenerOf)
    const world = worldOf({
      explained,
      observed: { ...built, loadBalancers: [awsLoadBalancer({ listeners: { is: 'read', value } })] },
    })
    const writer = stepWriter(group)
    for (const port of listenersGone)
      writer.add(String(port), 'remove', [], { is: 'delete-listener', listener: { arn: `listener-${port}` }, port })
    for (let rule = 0; rule < rulesGone; rule += 1)
      writer.add(`rule-0-${rule}`, 'remove', [], { is: 'delete-rule', rule: { arn: `rule-0-${rule}` } })
    t.equal(fright(world, writer.steps), want)
  })

void t.test('what is unread frightens nobody, since nothing of it is planned', async (t) => {
  const loadBalancers = [awsLoadBalancer({ listeners: { is: 'unread' } })]
  t.equal(fright(worldOf({ explained: false, observed: { ...built, loadBalancers } }), []), undefined)
})
