import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { EventEntry } from '../events.ts'

/** The subject of an event on a binding. */
export const bindingSubject = ({
  namespace,
  name,
  uid,
  resourceVersion,
}: TargetGroupBinding): EventEntry['subject'] => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  namespace,
  name,
  uid,
  resourceVersion,
})
