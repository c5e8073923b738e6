import type { TargetGroupBinding } from '../kubernetes/objects.ts'
import type { DesiredBinding } from '../model/model.ts'

/** A TargetGroupBinding as the controller writes it for a target group, as far as plans look at it. */
export const bindingObject = (
  binding: DesiredBinding,
  targetGroup: { readonly arn: string; readonly targetType: string },
  sourceGroup: string | undefined,
): TargetGroupBinding => ({
  namespace: binding.namespace,
  name: binding.name,
  uid: '',
  resourceVersion: '',
  creationTimestamp: '',
  labels: binding.labels,
  annotations: {},
  finalizers: [],
  generation: 1,
  spec: {
    targetGroupARN: targetGroup.arn,
    targetType: targetGroup.targetType,
    serviceRef: { name: binding.service, port: binding.port },
    ...(sourceGroup === undefined
      ? {}
      : {
          networking: {
            ingress: binding.targetPorts.map((port) => ({
              from: [{ securityGroup: { groupID: sourceGroup } }],
              ports: [{ protocol: 'TCP', port }],
            })),
          },
        }),
  },
})
