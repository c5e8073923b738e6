import t from 'tap'
import { AwsError } from '../../shared/aws/errors.ts'
import type { Ref, Step, StepAction } from '../../shared/plan/step.ts'
import type { StepResult } from '../../controller/apply/io.ts'
import { execute } from '../../controller/execute.ts'
import { recordingLog } from './recording-log.ts'

const step = (name: string, action: StepAction): Step => ({
  id: name,
  lane: 'group',
  phase: action.is === 'delete-rule' ? 'remove' : 'make',
  group: 'shop/web',
  because: [],
  ...action,
})

const listener: Ref = { arn: 'listener' }

const created = (name: string): Step =>
  step(name, {
    is: 'create-rule',
    listener,
    priority: 1,
    conditions: [],
    action: { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' },
    tags: {},
  })

const deleted = (name: string): Step => step(`delete ${name}`, { is: 'delete-rule', rule: { arn: name } })

/** A load balancer that takes so many rules. */
const loadBalancer = (limit: number, names: readonly string[]) => {
  const rules = new Set(names)
  const calls: string[] = []
  return {
    rules,
    calls,
    run: async (one: Step): Promise<StepResult> => {
      if (one.is === 'delete-rule' && 'arn' in one.rule) rules.delete(one.rule.arn)
      if (one.is === 'create-rule') {
        if (rules.size >= limit)
          throw new AwsError({
            service: 'elasticloadbalancing',
            action: 'CreateRule',
            code: 'TooManyRules',
            message: 'The maximum number of rules has been reached',
            remedy: 'quota',
          })
        rules.add(one.id)
      }
      calls.push(one.id)
      return { written: [] }
    },
  }
}

const executed = (of: ReturnType<typeof loadBalancer>, steps: readonly Step[]) =>
  execute(
    {
      run: of.run,
      inventory: { applied: () => {}, invalidate: () => {} },
      log: recordingLog().log,
      stopping: new AbortController().signal,
    },
    steps,
  )

void t.test(
  'where there is no room for another rule, one that goes in any case goes before each that is made',
  async (t) => {
    const full = loadBalancer(3, ['a', 'b', 'c'])
    const steps = [created('d'), created('e'), deleted('c'), deleted('b')]
    const { failed, done } = await executed(full, steps)
    t.equal(failed, undefined)
    t.same(full.calls, ['delete c', 'd', 'delete b', 'e'])
    t.equal(done.length, 4)
    t.same([...full.rules], ['a', 'd', 'e'])
  },
)

void t.test('where there is room, rules are made before others go', async (t) => {
  const roomy = loadBalancer(5, ['a', 'b'])
  await executed(roomy, [created('d'), deleted('b')])
  t.same(roomy.calls, ['d', 'delete b'])
})

void t.test('where no rule goes, the quota stops the plan', async (t) => {
  const full = loadBalancer(1, ['a'])
  const { failed } = await executed(full, [created('d'), created('e')])
  t.equal(failed?.step.id, 'd')
  t.match(failed?.error, { code: 'TooManyRules' })
})
