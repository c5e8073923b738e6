import type { Values } from './values.ts'

/** One entry of `matchConditions` of a webhook: a CEL expression over `object`, `oldObject` and `request`. */
export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

/*
 * A condition that fails with an error follows `failurePolicy` without a call, so each optional field is guarded by
 * `has()` or `in`. `oldObject` is null on CREATE, `object` is never null for CREATE and UPDATE.
 */

/** Deletion never waits for us. */
export const notDeleting: MatchCondition = {
  name: 'not-deleting',
  expression: '!has(object.metadata.deletionTimestamp)',
}

/** The controller's own writes are not checked: they are finalizers and status. */
export const notOurController = (values: Values): MatchCondition => ({
  name: 'not-our-controller',
  expression: `request.userInfo.username != 'system:serviceaccount:${values.namespace}:controller'`,
})

/** A write to labels, finalizers or owner references alone is not checked. */
export const changed: MatchCondition = {
  name: 'changed',
  expression: `request.operation == 'CREATE' || object.spec != oldObject.spec ||
(has(object.metadata.annotations) ? object.metadata.annotations : {}) !=
(has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {})`,
}

/** The Ingress, before or after the write, names one of our classes. The handler asks for the controller of the class. */
export const ours = (values: Values): MatchCondition => ({
  name: 'ours',
  expression: `[object, oldObject].exists(o, o != null && (
  ${indent(namesOurClass('o', values))}))`,
})

/** The Ingress as it is to be names one of our classes: defaults are written to no other. */
export const oursNow = (values: Values): MatchCondition => ({
  name: 'ours',
  expression: namesOurClass('object', values),
})

/** The counterpart of `ours`. */
export const notOurs = (values: Values): MatchCondition => ({
  name: 'not-ours',
  expression: `!(${ours(values).expression})`,
})

/** An Ingress of another class that nevertheless carries keys or finalizers of ours. */
export const carriesOurMarks: MatchCondition = {
  name: 'carries-our-marks',
  expression: `(${hasOurKey('object')}) ||
(has(object.metadata.finalizers) && object.metadata.finalizers.exists(f,
  f == 'ingress.k8s.aws/resources' || f.startsWith('group.ingress.k8s.aws/')))`,
}

/** A Service with annotations of ours, or one whose type or ports change under an Ingress that may use it. */
export const concernsLoadBalancers: MatchCondition = {
  name: 'concerns-load-balancers',
  expression: `[object, oldObject].exists(o, o != null && ${hasOurKey('o')}) ||
(request.operation == 'UPDATE' && (
  (has(object.spec.type) ? object.spec.type : '') != (has(oldObject.spec.type) ? oldObject.spec.type : '') ||
  (has(object.spec.ports) ? object.spec.ports : []) != (has(oldObject.spec.ports) ? oldObject.spec.ports : [])))`,
}

function namesOurClass(object: string, values: Values): string {
  const classNames = `[${values.classNames.map((name) => `'${name}'`).join(', ')}]`
  return `(has(${object}.spec) && has(${object}.spec.ingressClassName) && ${object}.spec.ingressClassName in ${classNames}) ||
(has(${object}.metadata.annotations) && 'kubernetes.io/ingress.class' in ${object}.metadata.annotations &&
 ${object}.metadata.annotations['kubernetes.io/ingress.class'] in ${classNames})`
}

function hasOurKey(object: string): string {
  return `has(${object}.metadata.annotations) &&
  ${object}.metadata.annotations.exists(key, key.startsWith('alb.ingress.kubernetes.io/'))`
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ')
}
