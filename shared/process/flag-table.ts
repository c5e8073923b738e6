import { address, duration, list, map, oneOf, quotas, text, throttles, wholeNumber, yesNo } from './flag.ts'

const lbcLease = 'aws-load-balancer-controller-leader'

/**
 * Every flag that has an effect, for both processes. Names and defaults that aws-load-balancer-controller knows too are
 * its own (its page "Controller configuration options").
 */
export const flagTable = {
  clusterName: text('cluster-name', '', 'Name of the cluster: part of every name and tag in AWS. Required.'),
  region: text('aws-region', '', 'Region. Else AWS_DEFAULT_REGION, then AWS_REGION.'),
  vpcId: text('aws-vpc-id', '', 'VPC of the cluster.'),
  ingressClass: text('ingress-class', 'alb', 'Value of the annotation kubernetes.io/ingress.class that is ours.'),
  controllerClass: text(
    'controller-class',
    'ingress.k8s.aws/alb',
    'spec.controller of the IngressClasses that are ours.',
  ),
  classNames: list('class-names', ['alb'], 'Our IngressClasses that the webhook configuration is rendered for.'),
  defaultScheme: oneOf(
    'default-load-balancer-scheme',
    ['internal', 'internet-facing'],
    'internal',
    'Scheme of a load balancer for which nobody names one.',
  ),
  defaultTargetType: oneOf(
    'default-target-type',
    ['instance', 'ip'],
    'instance',
    'Target type of a backend for which nobody names one.',
  ),
  defaultSslPolicy: text(
    'default-ssl-policy',
    'ELBSecurityPolicy-2016-08',
    'Security policy of HTTPS listeners for which nobody names one.',
  ),
  defaultTags: map('default-tags', 'Tags of every AWS resource that is made; they beat those of an Ingress.'),
  externalManagedTags: list(
    'external-managed-tags',
    [],
    'Tag keys that others manage: never added, changed or removed.',
  ),
  denyUnknownAnnotations: yesNo(
    'deny-unknown-annotations',
    false,
    'Refuse annotations with the prefix alb.ingress.kubernetes.io/ that are not known, instead of warning.',
  ),
  tolerateMissingService: yesNo(
    'tolerate-non-existent-backend-service',
    true,
    'Admit an Ingress whose Service does not exist yet; its path answers 503 until it does.',
  ),
  tolerateMissingAction: yesNo(
    'tolerate-non-existent-backend-action',
    true,
    'Admit an Ingress with a backend use-annotation whose action is not written; its path answers 503 until it is.',
  ),
  quotas: quotas('quota', 'Limits of AWS that were raised, as NAME=N: those that rules count against.'),
  defaulting: oneOf(
    'defaulting',
    ['full', 'minimal', 'off'],
    'full',
    'Which defaults the webhook writes into an Ingress.',
  ),
  subnetsClusterTagCheck: yesNo(
    'subnets-cluster-tag-check',
    true,
    'Discovery leaves out subnets that carry the cluster tag of another cluster alone.',
  ),
  subnetDiscoveryByReachability: yesNo(
    'subnet-discovery-by-reachability',
    true,
    'Discovery looks at route tables where no subnet has the role tag.',
  ),
  albSingleSubnet: yesNo('alb-single-subnet', false, 'A load balancer in one subnet is enough.'),
  enableBackendSecurityGroup: yesNo(
    'enable-backend-security-group',
    true,
    'Give load balancers a shared security group that the rules on nodes name as their source.',
  ),
  backendSecurityGroup: text('backend-security-group', '', 'Id of a security group of yours for backend traffic.'),
  manageBackendSecurityGroupRules: yesNo(
    'enable-manage-backend-security-group-rules',
    false,
    'What manage-backend-security-group-rules is where an Ingress does not write it.',
  ),
  mostTargetsPerTargetGroup: wholeNumber(
    'max-targets-per-target-group',
    { from: 0, to: 100_000 },
    0,
    'Most targets of one target group; the surplus is left out. 0: as many as there are.',
  ),
  targetSecurityGroupTags: map(
    'service-target-eni-security-group-tags',
    'Tags that the one of several security groups of a node or Pod has which takes the rules, beside that of the cluster.',
  ),

  replacementGrace: duration(
    'replacement-grace',
    '10m',
    'How long a load balancer that another took over from stays; longer than DNS answers are kept.',
  ),

  kubeconfig: text('kubeconfig', '', 'Path of a kubeconfig; without one the service account of the Pod is used.'),
  logLevel: oneOf('log-level', ['debug', 'info', 'warn', 'error'], 'info', 'Least weight of what is logged.'),
  healthProbeBindAddr: address('health-probe-bind-addr', ':61779', 'Address of /healthz and /readyz.'),
  metricsBindAddr: address('metrics-bind-addr', ':8080', 'Address of /metrics.'),
  webhookBindPort: wholeNumber('webhook-bind-port', { from: 0, to: 65_535 }, 9_443, 'Port of the webhook.'),
  webhookCertDir: text(
    'webhook-cert-dir',
    '/tmp/k8s-webhook-server/serving-certs',
    'Folder of the certificate and the key of the webhook.',
  ),
  webhookCertFile: text('webhook-cert-file', 'tls.crt', 'File of the certificate in that folder.'),
  webhookKeyFile: text('webhook-key-file', 'tls.key', 'File of the key in that folder.'),
  watchNamespace: text('watch-namespace', '', 'Watch Ingresses and Services of this namespace alone.'),
  controllerNamespace: text(
    'controller-namespace',
    '',
    'Namespace of the records of groups. Else POD_NAMESPACE, then alb-ingress.',
  ),
  enableLeaderElection: yesNo('enable-leader-election', true, 'Act only while holding the Lease.'),
  leaderElectionId: text(
    'leader-election-id',
    lbcLease,
    'Name of the Lease; aws-load-balancer-controller uses the same.',
  ),
  leaderElectionNamespace: text('leader-election-namespace', 'kube-system', 'Namespace of the Lease.'),
  ingressConcurrency: wholeNumber(
    'ingress-max-concurrent-reconciles',
    { from: 1, to: 100 },
    3,
    'Groups of Ingresses that are worked at at once.',
  ),
  bindingConcurrency: wholeNumber(
    'targetgroupbinding-max-concurrent-reconciles',
    { from: 1, to: 100 },
    3,
    'TargetGroupBindings that are worked at at once.',
  ),
  podReadinessGateInject: yesNo(
    'enable-pod-readiness-gate-inject',
    true,
    'Give new Pods of labelled namespaces a readiness gate for each target group that they are to be in.',
  ),
  planOnly: yesNo('plan-only', false, 'Do everything but the writes to AWS; the plan goes to the log.'),

  awsThrottle: throttles(
    'aws-api-throttle',
    'Budgets of AWS calls as service:actions=rate:burst (Elastic Load Balancing v2:^Create=3:20); they replace all of ours for the service.',
  ),

  leaseDuration: duration('lease-duration', '15s', 'A Lease that nobody renewed for so long is free.'),
  leaseRenewDeadline: duration('lease-renew-deadline', '10s', 'A leader that could not renew for so long exits.'),
  leaseRetryPeriod: duration('lease-retry-period', '2s', 'Between two looks at the Lease.'),
  debounce: duration('debounce', '200ms', 'After a change, before the group is worked at.'),
  retryBaseDelay: duration('retry-base-delay', '1s', 'After the first failure of a group; doubled each time.'),
  retryMaxDelay: duration('retry-max-delay', '5m', 'Longest wait after a failure of a group.'),
  setAsideMaxDelay: duration(
    'set-aside-max-delay',
    '10m',
    'Longest wait until a member that was set aside is tried again.',
  ),
  orphanObservationDelay: duration(
    'orphan-observation-delay',
    '10s',
    'Between the two looks that must agree before something that nobody explains is deleted.',
  ),
  inventoryMaxAge: duration(
    'inventory-max-age',
    '5m',
    'A listing of the resources in AWS older than this is read again.',
  ),
  driftScanPeriod: duration('drift-scan-period', '1h', 'Between two readings of all listeners and rules.'),
  syncPeriod: duration('sync-period', '10h', 'Between two passes over every group without a change.'),
  awsCallTimeout: duration('aws-call-timeout', '15s', 'Of one AWS call, its repetitions included.'),
  awsRetryDelay: duration(
    'aws-retry-delay',
    '1s',
    'First wait before a call that AWS refuses for a time (ResourceInUse, DependencyViolation) is sent again.',
  ),
  awsRetryTimeout: duration('aws-retry-timeout', '2m', 'How long such a call is sent again.'),
  replacementTimeout: duration(
    'replacement-timeout',
    '15m',
    'After so long an event tells what a load balancer that takes over still waits for.',
  ),
  replacementPollPeriod: duration(
    'replacement-poll-period',
    '10s',
    'Between two looks at the targets that a replacement waits for.',
  ),
  firstTargetsTimeout: duration(
    'first-targets-timeout',
    '10s',
    'How long traffic is held back until the targets of a new target group are registered, or those on a new port let in.',
  ),
  shutdownDelay: duration('shutdown-delay', '10s', 'How long a process that was told to stop goes on serving.'),
  eventRepeatPeriod: duration('event-repeat-period', '5m', 'Between two events of a member that keeps failing.'),
  factsRefresh: duration('facts-refresh', '60s', 'Between two background readings of what decisions need of AWS.'),
  factsBudget: duration('facts-budget', '1500ms', 'How long one admission waits for AWS.'),
  targetgroupbindingRequeueDuration: duration(
    'targetgroupbinding-requeue-duration',
    '15s',
    'Between two looks at the health of targets that Pods wait for.',
  ),
  certificatePollPeriod: duration('certificate-poll-period', '10s', "Between two looks at the webhook's certificate."),
} as const
