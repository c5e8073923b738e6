import type { Json, JsonObject, Manifest } from './objects.ts'
import { alerts } from './alerts.ts'
import { certificates } from './certificates.ts'
import { ingressClassParams } from './crds/ingress-class-params.ts'
import { targetGroupBindings } from './crds/target-group-bindings.ts'
import { controllerDeployment, webhookDeployment } from './deployments.ts'
import { disruptionBudgets } from './disruption-budgets.ts'
import { controllerPolicy, webhookPolicy } from './iam/policies.ts'
import { ingressClass } from './ingress-class.ts'
import { namespace } from './namespace.ts'
import { networkPolicies } from './network-policies.ts'
import { controllerRoles, serviceAccounts, webhookRoles } from './rbac.ts'
import { metricsServices, webhookService } from './services.ts'
import type { Values } from './values.ts'
import {
  mutatingWebhookConfiguration,
  podWebhookConfiguration,
  validatingWebhookConfiguration,
  webhookNames,
} from './webhook-configurations.ts'
import { toYaml } from './yaml.ts'

type Objects = ReadonlyMap<string, readonly Manifest[]>

/** The objects of the base by file name, in the order in which they are best applied. */
export const objects = (values: Values): Objects =>
  new Map<string, readonly Manifest[]>([
    ['namespace.yaml', [namespace(values)]],
    ['crd-targetgroupbindings.yaml', [targetGroupBindings()]],
    ['crd-ingressclassparams.yaml', [ingressClassParams()]],
    ['service-accounts.yaml', serviceAccounts(values)],
    ['rbac-webhook.yaml', webhookRoles(values)],
    ['rbac-controller.yaml', controllerRoles(values)],
    ['ingress-class.yaml', [ingressClass(values)]],
    ['service-webhook.yaml', [webhookService(values)]],
    ['services-metrics.yaml', metricsServices(values)],
    ['disruption-budgets.yaml', disruptionBudgets(values)],
    ['deployment-webhook.yaml', [webhookDeployment(values)]],
    ['deployment-controller.yaml', [controllerDeployment(values)]],
    ['mutating-webhook-configuration.yaml', [mutatingWebhookConfiguration(values)]],
    ['mutating-webhook-configuration-pods.yaml', [podWebhookConfiguration(values)]],
    ['validating-webhook-configuration.yaml', [validatingWebhookConfiguration(values)]],
  ])

/**
 * The objects of each kustomize component: what a bare API server does not know (kinds of cert-manager and of the
 * Prometheus Operator), and what needs a value that only the cluster's administrator knows.
 */
export const components = (values: Values): ReadonlyMap<string, Objects> =>
  new Map<string, Objects>([
    ['cert-manager', new Map([['certificates.yaml', certificates(values)]])],
    ['network-policy', new Map([['network-policies.yaml', networkPolicies(values)]])],
    ['prometheus', new Map([['prometheus-rule.yaml', [alerts(values, webhookNames(values))]]])],
  ])

/** The text of every file of the base by file name. Same values, same bytes. */
export const files = (values: Values): ReadonlyMap<string, string> =>
  kustomization(objects(values), { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' })

/** The text of every rendered file by its path under `manifests`. Same values, same bytes. */
export const allFiles = (values: Values): ReadonlyMap<string, string> =>
  new Map([
    ...inFolder('base', files(values)),
    ...[...components(values)].flatMap(([name, of]) => [
      ...inFolder(`components/${name}`, kustomization(of, component)),
    ]),
    ['iam/webhook.json', toJson(webhookPolicy)],
    ['iam/controller.json', toJson(controllerPolicy)],
  ])

const component = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' } as const

const kustomization = (of: Objects, head: JsonObject): ReadonlyMap<string, string> => {
  const rendered = [...of].map(([name, manifests]) => [name, toYaml(manifests)] as const)
  return new Map([
    ...rendered,
    ['kustomization.yaml', toYaml([{ ...head, resources: rendered.map(([name]) => name) }])],
  ])
}

const inFolder = (folder: string, texts: ReadonlyMap<string, string>): readonly (readonly [string, string])[] =>
  [...texts].map(([name, text]) => [`${folder}/${name}`, text] as const)

const toJson = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`
