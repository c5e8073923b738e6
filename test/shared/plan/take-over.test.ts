import t from 'tap'
import type { DesiredRule } from '../../../shared/model/model.ts'
import type { ObservedTargetGroup } from '../../../shared/model/observed.ts'
import type { GroupWorld } from '../../../shared/plan/context.ts'
import { planGroup } from '../../../shared/plan/group.ts'
import type { Plan } from '../../../shared/plan/step.ts'
import {
  awsListener,
  awsLoadBalancer,
  awsRule,
  awsTargetGroup,
  binding,
  bindingSpec,
  built,
  desiredRule,
  desiredStack,
  desiredTargetGroup,
  idOf,
  stackModel,
  tagsOf,
  told,
  worldOf,
} from './stack.ts'

const targets = (...states: readonly string[]): Pick<ObservedTargetGroup, 'targets'> => ({
  targets: { is: 'read', value: states.map((state, index) => ({ id: `i-${index}`, port: 31509, state })) },
})

const summary = ({ steps, reads, pending, replacement }: Plan) => ({
  steps: told(steps).map((line) => line.replaceAll(/ +/g, ' ')),
  reads: reads.map(({ of, arn }) => `${of} ${arn}`),
  pending: pending ?? [],
  waitsFor: replacement?.waitsFor,
})

const ruleTo = (...[serving, idle]: readonly string[]) =>
  awsRule(1, 'a', 'web', {
    actions: [{ is: 'forward', targetGroupArns: [`${serving}`], ...(idle === undefined ? {} : { idle: [idle] }) }],
  })

/** The target group is wanted with HTTPS, and that of HTTP serves. */
const otherKind = (of: {
  readonly rule: ReturnType<typeof ruleTo>
  readonly old?: Partial<ObservedTargetGroup>
  readonly made?: Partial<ObservedTargetGroup>
  readonly bound?: boolean
}): GroupWorld =>
  worldOf({
    model: stackModel({ targetGroups: [desiredTargetGroup('web', { protocol: 'HTTPS', name: 'k8s-shop-web-9' })] }),
    observed: {
      ...built,
      loadBalancers: [awsLoadBalancer({ listeners: { is: 'read', value: [awsListener([of.rule])] } })],
      targetGroups: [
        awsTargetGroup('web', of.old),
        ...(of.made === undefined ? [] : [awsTargetGroup('web', { arn: 'tg-new', protocol: 'HTTPS', ...of.made })]),
      ],
    },
    bindings: [
      ...(of.bound === false ? [] : [binding()]),
      ...(of.made === undefined
        ? []
        : [binding('web', { name: 'k8s-shop-web-9', spec: { ...bindingSpec(), targetGroupARN: 'tg-new' } })]),
    ],
  })

const drained = (states: readonly string[]) =>
  summary(planGroup(otherKind({ rule: ruleTo('tg-new'), old: targets(...states), made: {}, bound: false })))

void t.test('a target group of another kind takes over', async (t) => {
  await t.test('it is made beside the one that serves, with weight 0', async (t) => {
    const { steps, pending } = summary(planGroup(otherKind({ rule: ruleTo('tg-web') })))
    t.match(steps.at(-1), /^switch modify-rule .* -> forward tg-web, with weight 0 shop\/web-web:80$/)
    t.notOk(steps.some((line) => line.startsWith('remove')))
    t.same(pending, ['target group k8s-shop-web-1 serves until the one that takes its place has a healthy target'])
  })

  await t.test('nothing is decided before the targets of both are read', async (t) => {
    t.same(summary(planGroup(otherKind({ rule: ruleTo('tg-web', 'tg-new'), made: {} }))).reads, [
      'targets tg-web',
      'targets tg-new',
    ])
  })

  const waits: readonly (readonly [
    string,
    Pick<ObservedTargetGroup, 'targets'>,
    Pick<ObservedTargetGroup, 'targets'>,
  ])[] = [
    ['its targets are checked for the first time', targets('healthy'), targets('initial')],
    ['it has no targets', targets('healthy'), targets()],
    [
      'its targets are unhealthy and one of the old ones is healthy',
      targets('unhealthy', 'healthy'),
      targets('unhealthy'),
    ],
  ]
  for (const [name, old, made] of waits)
    // oxlint-disable-next-line no-await-in-loop -- one case after the other
    await t.test(`it gets no request while ${name}`, async (t) => {
      const plan = summary(planGroup(otherKind({ rule: ruleTo('tg-web', 'tg-new'), old, made })))
      t.same(plan.steps, [])
      t.equal(plan.pending.length, 1)
    })

  const switches: readonly (readonly [
    string,
    Pick<ObservedTargetGroup, 'targets'>,
    Pick<ObservedTargetGroup, 'targets'>,
  ])[] = [
    ['one of its targets is healthy', targets('healthy'), targets('initial', 'healthy')],
    ['the old one has no healthy target either', targets('unhealthy'), targets('initial')],
  ]
  for (const [name, old, made] of switches)
    // oxlint-disable-next-line no-await-in-loop -- one case after the other
    await t.test(`it gets all requests once ${name}, and the old one drains`, async (t) => {
      const plan = summary(planGroup(otherKind({ rule: ruleTo('tg-web', 'tg-new'), old, made })))
      t.same(plan.steps, [
        'switch modify-rule rule-a host-header=a -> forward tg-new',
        'remove delete-binding shop/k8s-shop-web-1',
      ])
      t.same(plan.pending, ['target group k8s-shop-web-1 drains'])
    })

  await t.test('the old one goes once its targets have drained', async (t) => {
    t.same(drained(['draining']), {
      steps: [],
      reads: [],
      pending: ['target group k8s-shop-web-1 drains'],
      waitsFor: undefined,
    })
    t.same(drained([]).steps, ['remove delete-target-group k8s-shop-web-1'])
    t.same(drained([]).pending, [])
  })
})

/** The load balancer is wanted with public addresses, and an internal one serves. */
const otherScheme = (of: {
  readonly stage?: GroupWorld['replacement']
  readonly state?: string
  readonly old?: Partial<ObservedTargetGroup>
  readonly made?: Partial<ObservedTargetGroup>
}): GroupWorld =>
  worldOf({
    replacement: of.stage ?? 'built',
    model: stackModel({ loadBalancer: { ...desiredStack().loadBalancer, scheme: 'internet-facing', name: 'k8s-new' } }),
    observed: {
      ...built,
      loadBalancers: [
        awsLoadBalancer(),
        awsLoadBalancer({
          arn: 'alb-2',
          name: 'k8s-new',
          scheme: 'internet-facing',
          state: of.state ?? 'active',
          listeners: {
            is: 'read',
            value: [
              awsListener(
                [awsRule(1, 'a', 'web', { arn: 'rule-2', actions: [{ is: 'forward', targetGroupArns: ['tg-new'] }] })],
                {
                  arn: 'listener-2',
                },
              ),
            ],
          },
        }),
      ],
      targetGroups: [
        awsTargetGroup('web', { tags: tagsOf(`${idOf('web')}:old`), ...of.old }),
        awsTargetGroup('web', { arn: 'tg-new', name: 'k8s-shop-web-3', loadBalancerArns: ['alb-2'], ...of.made }),
      ],
    },
    bindings: [
      binding(),
      binding('web', { name: 'k8s-shop-web-3', spec: { ...bindingSpec(), targetGroupARN: 'tg-new' } }),
    ],
  })

void t.test('a load balancer of another scheme takes over', async (t) => {
  const { steps: _, ...ready } = summary(planGroup(otherScheme({ old: targets('healthy'), made: targets('healthy') })))
  t.same(ready, { reads: [], pending: [], waitsFor: [] }, 'the addresses may move')
  t.same(summary(planGroup(otherScheme({}))).reads, ['targets tg-web', 'targets tg-new'], 'targets are read first')
  t.same(
    summary(planGroup(otherScheme({ state: 'provisioning' }))).waitsFor,
    ['load balancer k8s-new is provisioning'],
    'targets are not read while it is made',
  )
  t.same(
    summary(planGroup(otherScheme({ old: targets('healthy'), made: targets('initial') }))).waitsFor,
    ['target group k8s-shop-web-3 has no healthy target'],
    'never to something worse',
  )
  t.same(
    summary(planGroup(otherScheme({ old: targets('unhealthy'), made: targets('initial') }))).waitsFor,
    [],
    'what did not serve before is no reason to wait',
  )
  t.same(summary(planGroup(otherScheme({ stage: 'moved' }))).steps, [], 'both stay for the grace')
  t.same(
    summary(planGroup(otherScheme({ stage: 'go' }))).steps,
    [
      'remove delete-load-balancer k8s-shop-web-1',
      'remove delete-binding shop/k8s-shop-web-1',
      'remove delete-target-group k8s-shop-web-1',
    ],
    'the old one goes with what is on it',
  )
})

void t.test('both load balancers get a path that is added while one takes over from the other', async (t) => {
  const world = otherScheme({})
  const { listeners, targetGroups } = desiredStack()
  const [listener] = listeners
  if (listener === undefined || world.model.is !== 'stack') throw new Error('no stack')
  const api = desiredTargetGroup('api')
  const { member, tags } = listener.rules[0] ?? desiredRule('a')
  const added: DesiredRule = {
    member,
    tags,
    conditions: [{ field: 'host-header', values: ['b'] }],
    action: { is: 'forward', targetGroup: idOf('api') },
  }
  const rules = [...listener.rules, added]
  const stack = { ...world.model.stack, listeners: [{ ...listener, rules }], targetGroups: [...targetGroups, api] }
  const { steps } = planGroup({ ...world, model: { ...world.model, stack } })
  const made = steps.flatMap((step) =>
    step.is === 'create-target-group' ? [[step.name, step.tags['ingress.k8s.aws/resource']]] : [],
  )
  t.same(made, [
    ['k8s-shop-api-2', `${idOf('api')}:old`],
    ['k8s-shop-api-3', idOf('api')],
  ])
  const createdOn = steps.flatMap((step) =>
    step.is === 'create-rule' && 'arn' in step.listener ? [step.listener.arn] : [],
  )
  t.same(createdOn, ['listener-80', 'listener-2'])
  t.equal(new Set(steps.map(({ id }) => id)).size, steps.length, 'no two steps share an id')
})

void t.test('one that differs in nothing but the address family gets a name of its own', async (t) => {
  const world = worldOf({ model: stackModel({ targetGroups: [desiredTargetGroup('web', { ipAddressType: 'ipv6' })] }) })
  const names = planGroup(world).steps.flatMap((step) => (step.is === 'create-target-group' ? [step.name] : []))
  t.same(names, ['k8s-shop-web-4'])
})
