import type { Manifest } from './objects.ts'
import { ingressClassParams } from './crds/ingress-class-params.ts'
import { targetGroupBindings } from './crds/target-group-bindings.ts'
import { controllerDeployment, webhookDeployment } from './deployments.ts'
import { ingressClass } from './ingress-class.ts'
import { namespace } from './namespace.ts'
import { controllerRoles, serviceAccounts, webhookRoles } from './rbac.ts'
import { webhookService } from './services.ts'
import type { Values } from './values.ts'
import { mutatingWebhookConfiguration, validatingWebhookConfiguration } from './webhook-configurations.ts'
import { toYaml } from './yaml.ts'

/** The objects of the base by file name, in the order in which they are best applied. */
export const objects = (values: Values): ReadonlyMap<string, readonly Manifest[]> =>
  new Map<string, readonly Manifest[]>([
    ['namespace.yaml', [namespace(values)]],
    ['crd-targetgroupbindings.yaml', [targetGroupBindings()]],
    ['crd-ingressclassparams.yaml', [ingressClassParams()]],
    ['service-accounts.yaml', serviceAccounts(values)],
    ['rbac-webhook.yaml', webhookRoles(values)],
    ['rbac-controller.yaml', controllerRoles(values)],
    ['ingress-class.yaml', [ingressClass(values)]],
    ['service-webhook.yaml', [webhookService(values)]],
    ['deployment-webhook.yaml', [webhookDeployment(values)]],
    ['deployment-controller.yaml', [controllerDeployment(values)]],
    ['mutating-webhook-configuration.yaml', [mutatingWebhookConfiguration(values)]],
    ['validating-webhook-configuration.yaml', [validatingWebhookConfiguration(values)]],
  ])

/** The text of every file of the base by file name. Same values, same bytes. */
export const files = (values: Values): ReadonlyMap<string, string> => {
  const rendered = [...objects(values)].map(([name, manifests]) => [name, toYaml(manifests)] as const)
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: rendered.map(([name]) => name),
  }
  return new Map([...rendered, ['kustomization.yaml', toYaml([kustomization])]])
}
