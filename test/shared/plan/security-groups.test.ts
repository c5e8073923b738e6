import t from 'tap'
import type { DesiredSecurityGroups } from '../../../shared/model/model.ts'
import { planGroup } from '../../../shared/plan/group.ts'
import { awsLoadBalancer, binding, bindingSpec, built, empty, frontend, stackModel, told, worldOf } from './stack.ts'

const named = (ids: readonly string[], backend = false): DesiredSecurityGroups => ({
  is: 'named',
  backend,
  ids: { known: ids },
})

const { networking: _, ...withoutRules } = bindingSpec()

const plan = (securityGroups: DesiredSecurityGroups, changes: Parameters<typeof worldOf>[0] = {}) =>
  told(planGroup(worldOf({ model: stackModel({ securityGroups }), ...changes })).steps)

void t.test('named groups take the place of the managed one, which goes once nothing uses it', async (t) => {
  t.same(plan(named(['sg-8', 'sg-9'])), [
    'switch set-security-groups alb-1 sg-8,sg-9',
    'make   apply-binding shop/k8s-shop-web-1 service web:80 target-group tg-web node-ports 31509',
    'remove delete-security-group k8s-shop-web-2',
  ])
})

void t.test('with rules on targets the backend group stays, and so do the bindings', async (t) => {
  t.same(plan(named(['sg-9'], true)), [
    'switch set-security-groups alb-1 sg-9,sg-backend',
    'remove delete-security-group k8s-shop-web-2',
  ])
})

void t.test('what is in line is not written', async (t) => {
  const observed = {
    ...built,
    loadBalancers: [awsLoadBalancer({ securityGroupIds: ['sg-9', 'sg-8'] })],
    securityGroups: [],
  }
  t.same(plan(named(['sg-8', 'sg-9']), { observed, bindings: [binding('web', { spec: withoutRules })] }), [])
})

void t.test('while the groups are not known a live load balancer keeps its own, and none is made', async (t) => {
  const unknown: DesiredSecurityGroups = { is: 'named', backend: true, ids: { unknown: 'EC2 gave no answer' } }
  t.same(plan(unknown), [])
  const lines = plan(unknown, { observed: empty, bindings: [] })
  t.notOk(lines.some((line) => line.includes('create-load-balancer')))
})

void t.test('back from named groups: the managed group is made before the load balancer gets it', async (t) => {
  const observed = { ...built, loadBalancers: [awsLoadBalancer({ securityGroupIds: ['sg-9'] })], securityGroups: [] }
  t.same(plan({ is: 'managed', backend: true, frontend }, { observed }), [
    'make   create-security-group k8s-shop-web-2 "managed" {ingress.k8s.aws/resource=ManagedLBSecurityGroup}',
    'make   authorize-ingress k8s-shop-web-2 tcp 80 from 0.0.0.0/0',
    'switch set-security-groups alb-1 k8s-shop-web-2,sg-backend',
  ])
})

void t.test('without the backend group the managed one is the source of the rules on targets', async (t) => {
  const observed = { ...built, loadBalancers: [awsLoadBalancer({ securityGroupIds: ['sg-1'] })] }
  t.same(plan({ is: 'managed', backend: false, frontend }, { observed, backendGroup: undefined }), [
    'make   apply-binding shop/k8s-shop-web-1 service web:80 target-group tg-web node-ports 31509 from sg-1',
  ])
})
