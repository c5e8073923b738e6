import { injectionLabel } from '../../shared/names/pod-gates.ts'
import type { JsonObject, Manifest } from './objects.ts'
import { productLabels } from './labels.ts'
import {
  carriesOurMarks,
  changed,
  concernsLoadBalancers,
  type MatchCondition,
  notDeleting,
  notOurController,
  notOurs,
  ours,
  oursNow,
} from './match-conditions.ts'
import { leafName } from './certificates.ts'
import { webhookServicePort } from './services.ts'
import type { Values } from './values.ts'

interface WebhookConfiguration extends Manifest {
  readonly webhooks: readonly Webhook[]
}

interface Webhook extends JsonObject {
  readonly name: string
}

/** Validating entries: Ingresses of ours, Ingresses that only look like ours, Services. */
export const validatingWebhookConfiguration = (values: Values): WebhookConfiguration =>
  configuration('ValidatingWebhookConfiguration', values, [
    entry(values, {
      name: 'validate.ingress.k8s.aws',
      path: '/validate/ingress',
      resource: ingresses,
      failurePolicy: values.validationFailurePolicy,
      timeoutSeconds: 5,
      matchConditions: [notDeleting, notOurController(values), changed, ours(values)],
    }),
    entry(values, {
      name: 'stray.ingress.k8s.aws',
      path: '/validate/stray-ingress',
      resource: ingresses,
      failurePolicy: 'Ignore',
      timeoutSeconds: 1,
      matchConditions: [notDeleting, notOurController(values), changed, notOurs(values), carriesOurMarks],
    }),
    entry(values, {
      name: 'validate.service.k8s.aws',
      path: '/validate/service',
      resource: services,
      failurePolicy: 'Ignore',
      timeoutSeconds: 1,
      matchConditions: [notDeleting, notOurController(values), changed, concernsLoadBalancers],
    }),
  ])

/** The mutating entry: defaults of Ingresses of ours. Without it AWS looks the same, so it never blocks a write. */
export const mutatingWebhookConfiguration = (values: Values): WebhookConfiguration =>
  configuration('MutatingWebhookConfiguration', values, [
    {
      ...entry(values, {
        name: 'mutate.ingress.k8s.aws',
        path: '/mutate/ingress',
        resource: ingresses,
        failurePolicy: 'Ignore',
        timeoutSeconds: 2,
        matchConditions: [notDeleting, notOurController(values), changed, oursNow(values)],
      }),
      reinvocationPolicy: 'IfNeeded',
    },
  ])

/**
 * The entry for Pods, in a configuration of its own: only namespaces that ask for readiness gates by a label are sent to
 * us, and a Pod that comes while the webhook is away has none.
 */
export const podWebhookConfiguration = (values: Values): WebhookConfiguration => {
  const webhook = {
    ...entry(values, {
      name: 'mutate.pod.k8s.aws',
      path: '/mutate/pod',
      resource: { apiGroup: '', resource: 'pods' },
      operations: ['CREATE'],
      failurePolicy: 'Ignore',
      timeoutSeconds: 2,
      labelled: injectionLabel,
      matchConditions: [notDeleting],
    }),
    reinvocationPolicy: 'IfNeeded',
  }
  return configuration('MutatingWebhookConfiguration', values, [webhook], `${values.namespace}-pods`)
}

/** All configurations. */
export const webhookConfigurations = (values: Values): readonly WebhookConfiguration[] => [
  mutatingWebhookConfiguration(values),
  podWebhookConfiguration(values),
  validatingWebhookConfiguration(values),
]

/** Names of all entries, as the metrics of the API server have them. */
export const webhookNames = (values: Values): readonly string[] =>
  webhookConfigurations(values).flatMap(({ webhooks }) => webhooks.map(({ name }) => name))

interface Entry {
  readonly name: string
  readonly path: string
  readonly resource: { readonly apiGroup: string; readonly resource: string }
  /** Both unless told. */
  readonly operations?: readonly ('CREATE' | 'UPDATE')[]
  /** A label that the namespace must bear. */
  readonly labelled?: { readonly key: string; readonly value: string }
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly timeoutSeconds: number
  readonly matchConditions: readonly MatchCondition[]
}

const ingresses = { apiGroup: 'networking.k8s.io', resource: 'ingresses' }
const services = { apiGroup: '', resource: 'services' }

const configuration = (
  kind: string,
  values: Values,
  webhooks: readonly Webhook[],
  name: string = values.namespace,
): WebhookConfiguration => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: {
    name,
    labels: productLabels,
    // caBundle is left out: cert-manager writes it, and an apply of these manifests must not take it away.
    annotations: { 'cert-manager.io/inject-ca-from': `${values.namespace}/${leafName}` },
  },
  webhooks,
})

/** Every field that the API server would default is written out, so that what is applied is what is stored. */
const entry = (values: Values, of: Entry): Webhook => ({
  name: of.name,
  clientConfig: {
    service: { namespace: values.namespace, name: 'webhook', path: of.path, port: webhookServicePort },
  },
  rules: [
    {
      apiGroups: [of.resource.apiGroup],
      apiVersions: ['v1'],
      resources: [of.resource.resource],
      operations: of.operations ?? ['CREATE', 'UPDATE'],
      scope: 'Namespaced',
    },
  ],
  failurePolicy: of.failurePolicy,
  matchPolicy: 'Equivalent',
  sideEffects: 'None',
  timeoutSeconds: of.timeoutSeconds,
  admissionReviewVersions: ['v1'],
  namespaceSelector: {
    matchExpressions: [
      ...(of.labelled === undefined ? [] : [{ key: of.labelled.key, operator: 'In', values: [of.labelled.value] }]),
      {
        key: 'kubernetes.io/metadata.name',
        operator: 'NotIn',
        values: [...values.uncheckedNamespaces, values.namespace],
      },
    ],
  },
  objectSelector: {},
  matchConditions: of.matchConditions.map(({ name, expression }) => ({ name, expression })),
})
