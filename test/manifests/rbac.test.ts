import t from 'tap'
import type { Manifest } from '../../manifests/render/objects.ts'
import { controllerRoles, serviceAccounts, webhookRoles } from '../../manifests/render/rbac.ts'
import { values } from '../../manifests/render/values.ts'
import { at, isList, items, textAt } from './at.ts'

/** One line per right: where, which resource and name, which verbs. */
const rights = (roles: readonly Manifest[]): readonly string[] =>
  roles
    .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
    .flatMap((role) => items(role, 'rules').flatMap((rule) => lines(role, rule)))

const lines = (role: Manifest, rule: Parameters<typeof at>[0]): readonly string[] => {
  const where = role.kind === 'ClusterRole' ? 'cluster' : textAt(role, 'metadata', 'namespace')
  const verbs = words(rule, 'verbs').join(' ')
  const names = 'resourceNames' in Object(rule) ? ` ${words(rule, 'resourceNames').join(' ')}` : ''
  return words(rule, 'apiGroups').flatMap((group) =>
    words(rule, 'resources').map(
      (resource) => `${where}: ${[resource, group].filter(Boolean).join('.')}${names}: ${verbs}`,
    ),
  )
}

const words = (rule: Parameters<typeof at>[0], key: string): readonly string[] => {
  const found = at(rule, key)
  return isList(found) ? found.map(String) : []
}

void t.test('the webhook reads what it caches and writes nothing', async (t) => {
  t.strictSame(rights(webhookRoles(values)), [
    'cluster: ingresses.networking.k8s.io: get list watch',
    'cluster: ingressclasses.networking.k8s.io: get list watch',
    'cluster: ingressclassparams.elbv2.k8s.aws: get list watch',
    'cluster: services: get list watch',
    'cluster: namespaces: get list watch',
    'cluster: nodes: get list watch',
    'alb-ingress: configmaps: get list watch',
  ])
})

void t.test('the controller writes Ingresses, bindings, events, its records and one Lease', async (t) => {
  t.strictSame(rights(controllerRoles(values)), [
    'cluster: ingresses.networking.k8s.io: get list watch patch',
    'cluster: ingresses/status.networking.k8s.io: patch',
    'cluster: ingressclasses.networking.k8s.io: get list watch',
    'cluster: ingressclassparams.elbv2.k8s.aws: get list watch',
    'cluster: targetgroupbindings.elbv2.k8s.aws: get list watch create patch update delete',
    'cluster: targetgroupbindings/status.elbv2.k8s.aws: patch',
    'cluster: services: get list watch',
    'cluster: namespaces: get list watch',
    'cluster: nodes: get list watch',
    'cluster: events: create patch',
    'alb-ingress: configmaps: get list watch create update patch delete',
    'kube-system: leases.coordination.k8s.io: create',
    'kube-system: leases.coordination.k8s.io aws-load-balancer-controller-leader: get update patch',
  ])
})

void t.test('no right is a wildcard and none reaches Secrets or Pods', async (t) => {
  for (const line of [...rights(webhookRoles(values)), ...rights(controllerRoles(values))]) {
    t.notMatch(line, /\*|secrets|pods/)
  }
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
