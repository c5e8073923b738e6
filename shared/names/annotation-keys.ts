/** The prefix of every annotation of aws-load-balancer-controller, and of ours. */
export const prefix = 'alb.ingress.kubernetes.io/'

/** Records which keys the mutating webhook wrote, each with a fingerprint of its value. */
export const markerKey = 'ingress.k8s.aws/defaulted'

/** The class annotation of before `spec.ingressClassName`. */
export const classAnnotation = 'kubernetes.io/ingress.class'

/** Field path of an annotation, as Kubernetes writes it. `key` is whole, prefix included. */
export const annotationPath = (key: string): string => `metadata.annotations[${key}]`

/** The prefix of the keys of kube-ingress-aws-controller, which are told and not used. */
export const zalandoPrefix = 'zalando.org/'
