import type { Code } from './codes.ts'

/** The object that a finding or a setting comes from. */
export interface ObjectRef {
  readonly kind: 'Ingress' | 'Service' | 'IngressClass' | 'IngressClassParams'
  readonly namespace: string
  readonly name: string
}

/** Where a value was written, with the key as the user spelt it. */
export interface Origin {
  readonly source: 'class' | 'service' | 'ingress' | 'spec' | 'default'
  readonly object: ObjectRef
  readonly key: string
}

/**
 * What a rule found. It carries no verdict: the webhook's `verdict` and the controller's `disposition` decide.
 *
 * - `fault`: the object cannot be built as it is.
 * - `missing`: an object that may still come (a Service) is not there; what is built answers for it meanwhile.
 * - `unchecked`: a fact is unknown, so a rule could not be asked.
 * - `notice`: nothing is wrong, but the user should know (no effect, old spelling, shadowed rule, consequence).
 */
export interface Finding {
  readonly code: Code
  readonly kind: 'fault' | 'missing' | 'unchecked' | 'notice'
  /** `namespace/name` of the Ingress concerned. */
  readonly member: string
  readonly origin: Origin
  /** Field path as Kubernetes writes it. */
  readonly path: string
  /**
   * What stays the same when an entry moves inside its list: host and path, an annotation key, a name. With `code` and
   * `value` it is the identity of the finding for ratcheting.
   */
  readonly anchor: string
  /** The value as a message shows it: text in quotes, a JSON number bare. Absent for a required value. */
  readonly value?: string
  /** What is wrong, after the reason words and the value. */
  readonly message: string
  /** What to write instead. */
  readonly fix?: string
  /** Further lines below the message (the verdict per subnet), without their indentation. */
  readonly details?: readonly string[]
  /** The text of the warning where it is not `key: message`. */
  readonly warning?: string
  /** What the rule had to know: the object alone, other Kubernetes objects, or AWS. */
  readonly needs: 'object' | 'cluster' | 'aws'
  /** A restriction that an operator set: answered 403. */
  readonly tenancy: boolean
}
