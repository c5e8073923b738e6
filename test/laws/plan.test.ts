import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { evaluate } from '../../shared/group/evaluate.ts'
import type { Ingress } from '../../shared/kubernetes/objects.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { ObservedCondition } from '../../shared/model/observed.ts'
import type { GroupWorld } from '../../shared/plan/context.ts'
import { planGroup } from '../../shared/plan/group.ts'
import type { Plan } from '../../shared/plan/step.ts'
import { type JudgedCondition, type JudgedListener, ruleFor } from '../aws/data-plane/judge.ts'
import { facts, subnet } from '../builders.ts'
import { anyEdit, anyGrowth, anyIngressOfAnyNetwork, anyTargets, services } from './arbitraries.ts'
import { AwsMemory } from './world.ts'

const group = 'echoserver/echoserver'

const subnets = ['a', 'c'].map((zone) =>
  subnet({ id: `subnet-0${zone}`, availabilityZone: `ap-northeast-1${zone}`, hasIpv6: true }),
)

const worldOf = (
  aws: AwsMemory,
  ingress: Ingress | undefined,
  replacement: GroupWorld['replacement'] = 'built',
): GroupWorld => {
  const live = [...aws.loadBalancers.values()].map(({ name, scheme, subnetIds }) => ({
    group,
    name,
    scheme,
    subnetIds,
  }))
  const members = ingress === undefined ? [] : [{ name: group, ingress, role: 'present' as const }]
  const { model } = evaluate({ key: group, members }, facts({ services, subnets, loadBalancers: live }))
  const backend = [...aws.securityGroups.values()].find(({ tags }) => tags[tagKeys.clusterResource] === 'backend-sg')
  const observed = aws.observed()
  return {
    model,
    observed: { ...observed, securityGroups: observed.securityGroups.filter(({ id }) => id !== backend?.id) },
    bindings: [...aws.bindings.values()],
    cluster: 'demo',
    vpcId: 'vpc-0a1b',
    externalManagedTags: [],
    backendGroup: backend?.id,
    backendGroupWanted: {
      name: 'k8s-traffic-demo',
      tags: { [tagKeys.cluster]: 'demo', [tagKeys.clusterResource]: 'backend-sg' },
    },
    trusted: false,
    explained: true,
    replacement,
    whole: false,
  }
}

const plan = (aws: AwsMemory, ingress: Ingress | undefined): Plan => planGroup(worldOf(aws, ingress))

/** Passes until nothing is waited for: targets are healthy at once, and the grace of a load balancer is over. */
const step = (aws: AwsMemory, ingress: Ingress | undefined, after: () => void = () => {}): void => {
  let stage: GroupWorld['replacement'] = 'built'
  for (let round = 0; round < 10; round += 1) {
    const { steps, pending, replacement } = planGroup(worldOf(aws, ingress, stage))
    aws.apply(steps, after)
    const bound = new Set([...aws.bindings.values()].map(({ spec }) => spec.targetGroupARN))
    for (const arn of aws.targetGroups.keys())
      aws.setTargets(arn, bound.has(arn) ? [{ id: 'i-0a', port: 31000, state: 'healthy' }] : [])
    if (pending === undefined && replacement === undefined) return
    if (replacement === undefined || steps.length > 0) continue
    if (replacement.waitsFor.length > 0) throw new Error(replacement.waitsFor.join())
    stage = stage === 'built' ? 'moved' : 'go'
  }
  throw new Error('does not settle')
}

void t.test('law: planning after applying plans nothing, from any state before', async (t) => {
  fc.assert(
    fc.property(fc.array(anyIngressOfAnyNetwork, { minLength: 1, maxLength: 4 }), (states) => {
      const aws = new AwsMemory()
      for (const ingress of states) {
        step(aws, ingress)
        if (plan(aws, ingress).steps.length > 0) return false
      }
      return true
    }),
    { numRuns: 300 },
  )
  t.pass()
})

/** What is in AWS without its ids. */
const shape = (aws: AwsMemory) => ({
  listeners: [...aws.loadBalancers.values()].map(({ listeners }) =>
    listeners
      .map(({ port, rules, tags }) => ({
        port,
        tags,
        rules: rules
          .map(({ priority, conditions, tags: own }) => ({ priority, conditions, own }))
          .sort((a, b) => a.priority - b.priority),
      }))
      .sort((a, b) => a.port - b.port),
  ),
  targetGroups: new Map(
    [...aws.targetGroups.values()].map(({ tags, healthCheck }) => [tags[tagKeys.resource], { tags, healthCheck }]),
  ),
  inbound: [...aws.securityGroups.values()].map(({ inbound }) => inbound.map((rule) => JSON.stringify(rule)).sort()),
})

void t.test('law: what is built does not depend on what was there before', async (t) => {
  fc.assert(
    fc.property(anyTargets(), anyTargets(), (before, after) => {
      const moved = new AwsMemory()
      step(moved, before)
      step(moved, after)
      const fresh = new AwsMemory()
      step(fresh, after)
      return isDeepStrictEqual(shape(moved), shape(fresh))
    }),
    { numRuns: 150 },
  )
  t.pass()
})

void t.test('law: deletion leaves nothing but the group that all share', async (t) => {
  fc.assert(
    fc.property(anyIngressOfAnyNetwork, (ingress) => {
      const aws = new AwsMemory()
      step(aws, ingress)
      step(aws, undefined)
      return (
        aws.loadBalancers.size === 0 &&
        aws.targetGroups.size === 0 &&
        aws.bindings.size === 0 &&
        [...aws.securityGroups.values()].every(({ tags }) => tags[tagKeys.clusterResource] === 'backend-sg')
      )
    }),
  )
  t.pass()
})

void t.test('law: the plan does not depend on the order of what is observed', async (t) => {
  fc.assert(
    fc.property(anyTargets(), anyTargets(), fc.infiniteStream(fc.nat(1000)), (before, after, draws) => {
      const aws = new AwsMemory()
      step(aws, before)
      const world = worldOf(aws, after)
      const shuffle = <T>(list: readonly T[]): readonly T[] =>
        list
          .map((item) => ({ item, key: draws.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item)
      const shuffled: GroupWorld = {
        ...world,
        bindings: shuffle(world.bindings),
        observed: {
          complete: true,
          targetGroups: shuffle(world.observed.targetGroups),
          securityGroups: shuffle(world.observed.securityGroups),
          loadBalancers: world.observed.loadBalancers.map((balancer) => ({
            ...balancer,
            listeners:
              balancer.listeners.is === 'unread'
                ? balancer.listeners
                : {
                    is: 'read',
                    value: shuffle(balancer.listeners.value).map((listener) => ({
                      ...listener,
                      rules: shuffle(listener.rules),
                    })),
                  },
          })),
        },
      }
      return JSON.stringify(planGroup(shuffled)) === JSON.stringify(planGroup(world))
    }),
    { numRuns: 200 },
  )
  t.pass()
})

void t.test('law: nothing without our exact tags is touched', async (t) => {
  fc.assert(
    fc.property(anyTargets(), anyTargets(), (before, after) => {
      const aws = new AwsMemory()
      step(aws, before)
      for (const store of [aws.loadBalancers, aws.targetGroups, aws.securityGroups])
        for (const each of store.values()) {
          const { [tagKeys.resource]: _resource, ...tags } = each.tags
          each.tags = tags
        }
      const strangers = [...aws.loadBalancers.keys(), ...aws.targetGroups.keys(), ...aws.securityGroups.keys()]
      aws.touched.clear()
      for (const id of aws.securityGroups.keys()) aws.securityGroups.get(id)
      const world = worldOf(aws, after)
      aws.apply(planGroup(world).steps)
      return strangers.every((id) => !aws.touched.has(id))
    }),
    { numRuns: 100 },
  )
  t.pass()
})

const requests = ['a.example.com', 'b.example.com', 'c.example.com', 'other.example.org'].flatMap((host) =>
  ['/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/b', '/b/c', '/c'].map((path) => ({ host, path })),
)

/** Which rule answers each request on each port, and with what: a target group by its resource id. */
const answers = (aws: AwsMemory) =>
  new Map(
    [...aws.loadBalancers.values()].flatMap(({ listeners }) =>
      listeners.flatMap(({ port, protocol, rules, defaultActions }) => {
        const listener: JudgedListener = {
          protocol,
          port,
          rules: [
            ...rules.map((rule) => ({ priority: rule.priority, conditions: judged(rule.conditions), actions: [] })),
            { priority: 'default', conditions: [], actions: [] },
          ],
        }
        return requests.map(({ host, path }) => {
          const { priority } = ruleFor({ host, path, method: 'GET', query: '', headers: {}, sourceIp: '' }, listener)
          const rule = rules.find((each) => each.priority === priority)
          const does = (rule?.actions ?? defaultActions).map((action) =>
            action.is === 'forward'
              ? action.targetGroupArns.map((arn) => aws.targetGroups.get(arn)?.tags[tagKeys.resource])
              : action,
          )
          const conditions = JSON.stringify(rule?.conditions ?? 'default')
          return [`${port} ${host}${path}`, { conditions, does: JSON.stringify(does) }] as const
        })
      }),
    ),
  )

const judged = (conditions: readonly ObservedCondition[]): readonly JudgedCondition[] =>
  conditions.map((condition) => {
    if (condition.field === 'other') throw new Error('not generated')
    return condition
  })

/** Answers at each moment of the way from one Ingress to another, told with those before and after it. */
const watch = (
  [before, after]: readonly [Ingress, Ingress],
  look: (had: Answers, now: Answers, has: Answers) => void,
): void => {
  const aws = new AwsMemory()
  step(aws, before)
  const had = answers(aws)
  const target = new AwsMemory()
  step(target, after)
  const has = answers(target)
  step(aws, after, () => look(had, answers(aws), has))
}

const hasNoTwins = ({ spec }: Ingress): boolean => {
  const conditions = spec.rules.flatMap(({ host, paths }) =>
    paths.map(({ path }) => `${host} ${path.replace(/\/$/, '')}`),
  )
  return new Set(conditions).size === conditions.length
}

type Answers = ReturnType<typeof answers>

void t.test('law: at no moment is a request answered otherwise that has the same rule before and after', async (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.tuple(anyTargets(), anyTargets()), anyEdit), (edit) => {
      // Of two rules with the same conditions which is which cannot be told.
      fc.pre(edit.every(hasNoTwins))
      watch(edit, (had, now, has) => {
        for (const [request, one] of had)
          if (isDeepStrictEqual(has.get(request), one) && now.get(request)?.does !== one.does)
            throw new Error(`${request}: ${now.get(request)?.does ?? 'no listener'} instead of ${one.does}`)
      })
    }),
    { numRuns: 500 },
  )
  t.pass()
})

void t.test(
  'law: where paths come, or go, a request is answered as before or as after, never by a third',
  async (t) => {
    fc.assert(
      fc.property(anyGrowth, fc.boolean(), ([less, more], isGrowing) =>
        watch(isGrowing ? [less, more] : [more, less], (had, now, has) => {
          for (const [request, { does }] of now)
            if (does !== had.get(request)?.does && does !== has.get(request)?.does)
              throw new Error(`${request}: ${does}, neither ${had.get(request)?.does} nor ${has.get(request)?.does}`)
        }),
      ),
      { numRuns: 500 },
    )
    t.pass()
  },
)

void t.test('law: at no moment does a rule forward to a target group without a binding', async (t) => {
  fc.assert(
    fc.property(anyTargets(), anyTargets(), (before, after) => {
      const aws = new AwsMemory()
      let unbound = false
      const look = () => {
        const bound = new Set([...aws.bindings.values()].map(({ spec }) => spec.targetGroupARN))
        const actions = [...aws.loadBalancers.values()].flatMap(({ listeners }) =>
          listeners.flatMap(({ defaultActions, rules }) => [
            ...defaultActions,
            ...rules.flatMap((rule) => rule.actions),
          ]),
        )
        unbound ||= actions.some(
          (action) => action.is === 'forward' && action.targetGroupArns.some((arn) => !bound.has(arn)),
        )
      }
      aws.apply(plan(aws, before).steps, look)
      aws.apply(plan(aws, after).steps, look)
      return !unbound
    }),
    { numRuns: 200 },
  )
  t.pass()
})
