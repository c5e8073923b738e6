/** The label of namespaces whose new Pods get readiness gates; aws-load-balancer-controller reads the same. */
export const injectionLabel = { key: 'elbv2.k8s.aws/pod-readiness-gate-inject', value: 'enabled' } as const
