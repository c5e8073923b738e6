import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import type { Judgement } from '../../shared/group/admission.ts'
import type { Fact, Facts, Need } from '../../shared/ingress/facts.ts'
import { needKey } from '../../shared/ingress/facts.ts'
import type { FactSource, LookUp } from '../../webhook/judges.ts'
import { decide } from '../../webhook/validate.ts'
import { aboutAnnotation } from '../shared/findings/finding.ts'
import { nothingFound, rig } from './rig.ts'

const need: Need = { is: 'subnet', id: 'subnet-1' }
const key = needKey(need)

/** A rule that denies a subnet which is known not to exist. */
const judge = (facts: Facts): Judgement => {
  const fact = facts.aws.get(key) ?? { is: 'unknown', why: 'not asked' }
  const about = { value: '"subnet-1"', needs: 'aws' } as const
  const finding =
    fact.is === 'absent'
      ? [aboutAnnotation('subnets', { ...about, code: 'SubnetNotFound', message: 'no such subnet' })]
      : fact.is === 'unknown'
        ? [
            aboutAnnotation('subnets', {
              ...about,
              kind: 'unchecked',
              code: 'NotChecked',
              message: `not checked: ${fact.why}`,
            }),
          ]
        : []
  return { ...nothingFound, findings: finding, needs: [need] }
}

const told = (fact: Fact<unknown>): (() => Promise<ReadonlyMap<string, Fact<unknown>>>) => {
  const answers = new Map([[key, fact]])
  return async () => answers
}

const ask = async (facts: FactSource, time = 5_000) => {
  const { io } = rig({}, facts)
  const decision = await decide(io, { judge, dryRun: false, deadline: io.monotonic() + time })
  return { faults: decision.verdict.faults.map(({ code }) => code), warnings: decision.verdict.warnings }
}

const never = async (): Promise<never> => {
  throw new Error('was asked')
}

const stuck = async (): Promise<never> => new Promise<never>(() => undefined)

void t.test('what the rules need is asked, and they are asked again with the answers', async (t) => {
  t.same(await ask({ answer: told({ is: 'present', value: {} }), confirm: never }), { faults: [], warnings: [] })
})

void t.test('facts at hand are judged by at once, and told to be of use', async (t) => {
  const used: Need[] = []
  let looks = 0
  const facts: FactSource = {
    answer: never,
    confirm: never,
    known: () => new Map([[key, { is: 'present', value: {} }]]),
    used: (needs) => used.push(...needs),
  }
  const { io } = rig({}, facts)
  const counted = (given: Facts): Judgement => {
    looks += 1
    return judge(given)
  }
  const { verdict } = await decide(io, { judge: counted, dryRun: false, deadline: io.monotonic() + 5_000 })
  t.same(verdict.warnings, [])
  t.equal(looks, 1)
  t.same(used, [need])
})

void t.test('what is denied by facts at hand is confirmed too', async (t) => {
  const known: ReadonlyMap<string, Fact<unknown>> = new Map([[key, { is: 'absent' }]])
  const facts = { answer: never, confirm: told({ is: 'present', value: {} }), known: () => known }
  t.same(await ask(facts), { faults: [], warnings: [] })
})

void t.test('a fact that is unknown warns', async (t) => {
  t.same(await ask({ answer: told({ is: 'unknown', why: 'EC2 gave no answer in 1.5 s' }), confirm: never }), {
    faults: [],
    warnings: ['subnets: not checked: EC2 gave no answer in 1.5 s'],
  })
})

void t.test('evidence that denies is confirmed first', async (t) => {
  const answer = told({ is: 'absent' })
  t.same((await ask({ answer, confirm: told({ is: 'absent' }) })).faults, ['SubnetNotFound'])
  t.same(await ask({ answer, confirm: told({ is: 'present', value: {} }) }), { faults: [], warnings: [] })
  t.same(await ask({ answer, confirm: told({ is: 'unknown', why: 'EC2 is away' }) }), {
    faults: [],
    warnings: ['subnets: not checked: EC2 is away'],
  })
})

void t.test('a source that fails or says nothing leaves the fact unknown', async (t) => {
  t.same(await ask({ answer: never, confirm: never }), {
    faults: [],
    warnings: ['subnets: not checked: AWS could not be asked'],
  })
  t.same(await ask({ answer: async () => new Map(), confirm: never }), {
    faults: [],
    warnings: ['subnets: not checked: nothing was told of it'],
  })
})

void t.test('a source that never answers is left behind before the deadline', async (t) => {
  const started = performance.now()
  const decision = await ask({ answer: stuck, confirm: stuck }, 200)
  t.same(decision, { faults: [], warnings: ['subnets: not checked: the time for this request is over'] })
  t.ok(performance.now() - started < 290, 'in time')
})

void t.test('the budget is that for facts, less near the deadline, and one for both looks', async (t) => {
  const budgets: number[] = []
  const facts: FactSource = {
    answer: async (needs, { budgetMs }: LookUp) => {
      budgets.push(budgetMs)
      await delay(60)
      return new Map(needs.map((one) => [needKey(one), { is: 'absent' } as const]))
    },
    confirm: async (needs, { budgetMs }: LookUp) => {
      budgets.push(budgetMs)
      return new Map(needs.map((one) => [needKey(one), { is: 'absent' } as const]))
    },
  }
  await ask(facts)
  await ask(facts, 300)
  const [usual = 0, rest = 0, short = 0] = budgets
  t.ok(usual > 1_400 && usual <= 1_500, `${usual}`)
  t.ok(rest <= usual - 55, `${rest}`)
  t.ok(short > 150 && short <= 250, `${short}`)
})
