import t from 'tap'
import type { Manifest } from '../../manifests/render/objects.ts'
import { controllerRoles, serviceAccounts, webhookRoles } from '../../manifests/render/rbac.ts'
import { values } from '../../manifests/render/values.ts'
import { at, textAt } from './at.ts'
import { rightsOf } from './rights.ts'

/** One line per right: where, which resource and names, which verb. */
const lines = (roles: readonly Manifest[]): readonly string[] =>
  rightsOf(roles).map(({ namespace, resource, names, verb }) =>
    [namespace || 'cluster', resource, ...names, verb].join(' '),
  )

void t.test('the webhook watches what it judges by and writes nothing', async (t) => {
  t.strictSame(new Set(rightsOf(webhookRoles(values)).map(({ verb }) => verb)), new Set(['list', 'watch']))
})

void t.test(
  'the controller writes Ingresses, bindings, conditions of Pods, events, its records and one Lease',
  async (t) => {
    t.strictSame(
      lines(controllerRoles(values)).filter((line) => !/ (get|list|watch)$/.test(line)),
      [
        'cluster ingresses.networking.k8s.io patch',
        'cluster ingresses/status.networking.k8s.io patch',
        'cluster targetgroupbindings.elbv2.k8s.aws create',
        'cluster targetgroupbindings.elbv2.k8s.aws patch',
        'cluster targetgroupbindings.elbv2.k8s.aws delete',
        'cluster targetgroupbindings/status.elbv2.k8s.aws patch',
        'cluster pods/status patch',
        'cluster events create',
        'cluster events patch',
        'alb-ingress configmaps create',
        'alb-ingress configmaps patch',
        'alb-ingress configmaps delete',
        'kube-system leases.coordination.k8s.io create',
        'kube-system leases.coordination.k8s.io aws-load-balancer-controller-leader patch',
      ],
    )
  },
)

void t.test('no right is a wildcard and none reaches Secrets; the webhook reaches no Pods', async (t) => {
  for (const line of [...lines(webhookRoles(values)), ...lines(controllerRoles(values))]) {
    t.notMatch(line, /\*|secrets/)
  }
  for (const line of lines(webhookRoles(values))) t.notMatch(line, /pods/)
})

void t.test('each role is bound to the service account of its process alone', async (t) => {
  for (const [process, roles] of [
    ['webhook', webhookRoles(values)],
    ['controller', controllerRoles(values)],
  ] as const) {
    const granted = roles.filter(({ kind }) => !kind.endsWith('Binding'))
    const bindings = roles.filter(({ kind }) => kind.endsWith('Binding'))
    t.strictSame(
      bindings.map((binding) => [textAt(binding, 'roleRef', 'kind'), textAt(binding, 'roleRef', 'name')]),
      granted.map(({ kind, metadata }) => [kind, metadata.name]),
    )
    for (const binding of bindings) {
      t.strictSame(at(binding, 'subjects'), [{ kind: 'ServiceAccount', name: process, namespace: 'alb-ingress' }])
    }
  }
})

void t.test('a service account gives its token to no Pod that does not ask for it', async (t) => {
  t.has(serviceAccounts(values), [
    { metadata: { name: 'webhook', namespace: 'alb-ingress' }, automountServiceAccountToken: false },
    { metadata: { name: 'controller', namespace: 'alb-ingress' }, automountServiceAccountToken: false },
  ])
})
