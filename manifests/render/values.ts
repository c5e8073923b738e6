import packageJson from '../../package.json' with { type: 'json' }

/** What differs from one cluster to the next. All manifests are functions of one such value. */
export interface Values {
  /** Namespace of both processes and of the records of groups. */
  readonly namespace: string
  /**
   * Names of the IngressClasses whose Ingresses are always checked. They stand in the match conditions of the webhook
   * configurations, so that the API server can decide without a call. The first one gets an IngressClass object.
   */
  readonly classNames: readonly [string, ...string[]]
  /** `spec.controller` of those IngressClasses (`--controller-class`). */
  readonly controllerClass: string
  /**
   * `--cluster-name`, `--aws-region`, `--aws-vpc-id`. An empty one is left out of the arguments: it then comes from the
   * environment (the optional Secret `settingsSecret`), and a process without a cluster name refuses to start.
   */
  readonly clusterName: string
  readonly region: string
  readonly vpcId: string
  /** Name of an optional Secret whose keys (`CLUSTER_NAME`, `AWS_REGION` …) become environment of both processes. */
  readonly settingsSecret: string
  /** One image holds the bundles of both processes. */
  readonly image: string
  /** The Lease that is shared with aws-load-balancer-controller, so that the two never act at once. */
  readonly leaseNamespace: string
  readonly leaseName: string
  /** Secret of type `kubernetes.io/tls` with the serving certificate of the webhook. */
  readonly servingCertificateSecret: string
  /** Namespaces whose objects are never sent to a webhook, beside `namespace` itself. */
  readonly uncheckedNamespaces: readonly string[]
  /** What the API server does with an Ingress of ours while no webhook answers. */
  readonly validationFailurePolicy: 'Fail' | 'Ignore'
  /**
   * Where the API server's calls come from, for the NetworkPolicy of the webhook. The API server refuses the placeholder,
   * so that nobody applies a policy that cuts the webhook off.
   */
  readonly controlPlaneCidr: string
  /** Namespace of Prometheus, which alone may ask for metrics under the NetworkPolicies. */
  readonly prometheusNamespace: string
}

/** The values of the committed base. */
export const values: Values = {
  namespace: 'alb-ingress',
  classNames: ['alb'],
  controllerClass: 'ingress.k8s.aws/alb',
  clusterName: '',
  region: '',
  vpcId: '',
  settingsSecret: 'alb-ingress',
  image: `${packageJson.name}:${packageJson.version}`,
  leaseNamespace: 'kube-system',
  leaseName: 'aws-load-balancer-controller-leader',
  servingCertificateSecret: 'webhook-tls',
  uncheckedNamespaces: ['kube-system'],
  validationFailurePolicy: 'Fail',
  controlPlaneCidr: 'CONTROL_PLANE_VALUE',
  prometheusNamespace: 'monitoring',
}
