import type { Flags } from '../ingress/flags.ts'
import type { TargetGroupBinding } from '../kubernetes/objects.ts'
import type { GroupKey } from '../model/model.ts'

const ordinaryClass = 'ingress.k8s.aws/alb'

/** The group that a binding was made for, by its labels; undefined for one that somebody else made. */
export const groupOfBinding = ({ labels }: Pick<TargetGroupBinding, 'labels'>): GroupKey | undefined => {
  const namespace = labels['ingress.k8s.aws/stack-namespace']
  const name = labels['ingress.k8s.aws/stack-name']
  return namespace !== undefined && name !== undefined ? `${namespace}/${name}` : labels['ingress.k8s.aws/stack']
}

/**
 * Whether we keep the targets of a binding. In place of aws-load-balancer-controller nobody else does, so all of them are
 * ours; beside it, under another class, only those that we made.
 */
export const isOurs = (binding: TargetGroupBinding, flags: Flags): boolean =>
  flags.controllerClass === ordinaryClass || groupOfBinding(binding) !== undefined
