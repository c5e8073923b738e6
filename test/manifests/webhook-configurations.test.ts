import t from 'tap'
import type { Manifest } from '../../manifests/render/objects.ts'
import { values } from '../../manifests/render/values.ts'
import {
  mutatingWebhookConfiguration,
  podWebhookConfiguration,
  validatingWebhookConfiguration,
} from '../../manifests/render/webhook-configurations.ts'
import { at, items, textAt } from './at.ts'

const mutating = mutatingWebhookConfiguration(values)
const pods = podWebhookConfiguration(values)
const validating = validatingWebhookConfiguration(values)

const entry = (configuration: Manifest, name: string) => {
  const found = items(configuration, 'webhooks').find((webhook) => at(webhook, 'name') === name)
  if (found === undefined) throw new Error(`no entry ${name}`)
  return found
}

const conditions = (configuration: Manifest, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    items(entry(configuration, name), 'matchConditions').map((condition) => [
      textAt(condition, 'name'),
      textAt(condition, 'expression').replaceAll(/\s+/g, ' '),
    ]),
  )

const common = {
  'not-deleting': '!has(object.metadata.deletionTimestamp)',
  'not-our-controller': "request.userInfo.username != 'system:serviceaccount:alb-ingress:controller'",
  changed:
    "request.operation == 'CREATE' || object.spec != oldObject.spec || " +
    '(has(object.metadata.annotations) ? object.metadata.annotations : {}) != ' +
    '(has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {})',
}

const ours =
  '[object, oldObject].exists(o, o != null && ( ' +
  "(has(o.spec) && has(o.spec.ingressClassName) && o.spec.ingressClassName in ['alb']) || " +
  "(has(o.metadata.annotations) && 'kubernetes.io/ingress.class' in o.metadata.annotations && " +
  "o.metadata.annotations['kubernetes.io/ingress.class'] in ['alb'])))"

void t.test('five entries are registered, each with its path, failure policy and timeout', async (t) => {
  const table = [mutating, pods, validating].flatMap((configuration) =>
    items(configuration, 'webhooks').map((webhook) => [
      configuration.kind,
      at(webhook, 'name'),
      at(webhook, 'clientConfig', 'service', 'path'),
      at(webhook, 'rules', '0', 'resources', '0'),
      at(webhook, 'failurePolicy'),
      at(webhook, 'timeoutSeconds'),
    ]),
  )
  t.strictSame(table, [
    ['MutatingWebhookConfiguration', 'mutate.ingress.k8s.aws', '/mutate/ingress', 'ingresses', 'Ignore', 2],
    ['MutatingWebhookConfiguration', 'mutate.pod.k8s.aws', '/mutate/pod', 'pods', 'Ignore', 2],
    ['ValidatingWebhookConfiguration', 'validate.ingress.k8s.aws', '/validate/ingress', 'ingresses', 'Fail', 5],
    ['ValidatingWebhookConfiguration', 'stray.ingress.k8s.aws', '/validate/stray-ingress', 'ingresses', 'Ignore', 1],
    ['ValidatingWebhookConfiguration', 'validate.service.k8s.aws', '/validate/service', 'services', 'Ignore', 1],
  ])
})

void t.test('both configurations are named alb-ingress, get their CA from cert-manager and hold none', async (t) => {
  for (const configuration of [mutating, validating]) {
    t.has(configuration.metadata, {
      name: 'alb-ingress',
      annotations: { 'cert-manager.io/inject-ca-from': 'alb-ingress/webhook-leaf' },
    })
    t.notMatch(JSON.stringify(configuration), /caBundle/)
  }
})

void t.test(
  'each entry is called for creates and updates of main resources outside of two namespaces, by the Service',
  async (t) => {
    for (const webhook of [...items(mutating, 'webhooks'), ...items(validating, 'webhooks')]) {
      t.has(webhook, {
        clientConfig: { service: { namespace: 'alb-ingress', name: 'webhook', port: 443 } },
        rules: [{ apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], scope: 'Namespaced' }],
        matchPolicy: 'Equivalent',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'alb-ingress'] },
          ],
        },
        objectSelector: {},
      })
    }
  },
)

void t.test(
  'Pods are sent when they are made, from namespaces that ask for it, by a configuration of its own',
  async (t) => {
    t.has(pods.metadata, {
      name: 'alb-ingress-pods',
      annotations: { 'cert-manager.io/inject-ca-from': 'alb-ingress/webhook-leaf' },
    })
    t.has(entry(pods, 'mutate.pod.k8s.aws'), {
      rules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' },
      ],
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      namespaceSelector: {
        matchExpressions: [
          { key: 'elbv2.k8s.aws/pod-readiness-gate-inject', operator: 'In', values: ['enabled'] },
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'alb-ingress'] },
        ],
      },
    })
  },
)

void t.test('a field that the API server would default is never left out', async (t) => {
  const written = ['clientConfig', 'rules', 'failurePolicy', 'matchPolicy', 'sideEffects', 'timeoutSeconds']
  const all = ['name', ...written, 'admissionReviewVersions', 'namespaceSelector', 'objectSelector', 'matchConditions']
  for (const webhook of items(validating, 'webhooks')) t.strictSame(Object.keys(webhook), all)
  for (const webhook of [...items(mutating, 'webhooks'), ...items(pods, 'webhooks')])
    t.strictSame(Object.keys(webhook), [...all, 'reinvocationPolicy'])
  t.equal(at(entry(mutating, 'mutate.ingress.k8s.aws'), 'reinvocationPolicy'), 'IfNeeded')
})

void t.test('validation is asked about Ingresses that are of our class before or after the write', async (t) => {
  t.strictSame(conditions(validating, 'validate.ingress.k8s.aws'), { ...common, ours })
})

void t.test('defaults are asked for Ingresses that are of our class after the write', async (t) => {
  t.strictSame(conditions(mutating, 'mutate.ingress.k8s.aws'), {
    ...common,
    ours:
      "(has(object.spec) && has(object.spec.ingressClassName) && object.spec.ingressClassName in ['alb']) || " +
      "(has(object.metadata.annotations) && 'kubernetes.io/ingress.class' in object.metadata.annotations && " +
      "object.metadata.annotations['kubernetes.io/ingress.class'] in ['alb'])",
  })
})

void t.test(
  'the stray entry is asked about the other Ingresses, if they carry a key or a finalizer of ours',
  async (t) => {
    t.strictSame(conditions(validating, 'stray.ingress.k8s.aws'), {
      ...common,
      'not-ours': `!(${ours})`,
      'carries-our-marks':
        '(has(object.metadata.annotations) && ' +
        "object.metadata.annotations.exists(key, key.startsWith('alb.ingress.kubernetes.io/'))) || " +
        '(has(object.metadata.finalizers) && object.metadata.finalizers.exists(f, ' +
        "f == 'ingress.k8s.aws/resources' || f.startsWith('group.ingress.k8s.aws/')))",
    })
  },
)

void t.test('the Service entry is asked about annotations of ours and about changes of type and ports', async (t) => {
  t.strictSame(conditions(validating, 'validate.service.k8s.aws'), {
    ...common,
    'concerns-load-balancers':
      '[object, oldObject].exists(o, o != null && has(o.metadata.annotations) && ' +
      "o.metadata.annotations.exists(key, key.startsWith('alb.ingress.kubernetes.io/'))) || " +
      "(request.operation == 'UPDATE' && ( " +
      "(has(object.spec.type) ? object.spec.type : '') != (has(oldObject.spec.type) ? oldObject.spec.type : '') || " +
      '(has(object.spec.ports) ? object.spec.ports : []) != (has(oldObject.spec.ports) ? oldObject.spec.ports : [])))',
  })
})

void t.test('class names, namespace and failure policy come from the values', async (t) => {
  const other = {
    ...values,
    namespace: 'edge-system',
    classNames: ['alb', 'edge'],
    validationFailurePolicy: 'Ignore',
  } as const
  const configuration = validatingWebhookConfiguration(other)
  const found = conditions(configuration, 'validate.ingress.k8s.aws')
  t.match(found['ours'], "o.spec.ingressClassName in ['alb', 'edge']")
  t.match(found['not-our-controller'], 'system:serviceaccount:edge-system:controller')
  t.equal(at(entry(configuration, 'validate.ingress.k8s.aws'), 'failurePolicy'), 'Ignore')
  t.has(configuration.metadata, { name: 'edge-system' })
})
