import type { Manifest } from './objects.ts'
import { productLabels } from './labels.ts'
import type { Values } from './values.ts'

/** The IngressClass that users name in `spec.ingressClassName`. It is not made the default class of the cluster. */
export const ingressClass = (values: Values): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: values.classNames[0], labels: productLabels },
  spec: { controller: values.controllerClass },
})
