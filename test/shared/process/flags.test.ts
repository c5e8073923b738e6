import t from 'tap'
import { quotaDefaults } from '../../../shared/ingress/quotas.ts'
import { describeSettings, parseFlags } from '../../../shared/process/flags.ts'
import type { Settings } from '../../../shared/process/flags.ts'
import { flagTable } from '../../../shared/process/flag-table.ts'
import { neverOurs, notYet } from '../../../shared/process/flag-without-effect.ts'

const needed = ['--cluster-name', 'demo', '--aws-region', 'ap-northeast-1', '--aws-vpc-id', 'vpc-1']

const settings = (argv: readonly string[], environment: Record<string, string> = {}): Settings => {
  const parsed = parseFlags([...needed, ...argv], environment)
  if (parsed.is !== 'settings') throw new Error(JSON.stringify(parsed))
  return parsed.settings
}
const problems = (argv: readonly string[], environment: Record<string, string> = {}): readonly string[] => {
  const parsed = parseFlags(argv, environment)
  return parsed.is === 'refused' ? parsed.problems : []
}

void t.test('the defaults are those of aws-load-balancer-controller, and ours', async (t) => {
  const { flags, process, waits } = settings([])
  t.same(flags, {
    clusterName: 'demo',
    region: 'ap-northeast-1',
    vpcId: 'vpc-1',
    ingressClass: 'alb',
    controllerClass: 'ingress.k8s.aws/alb',
    classNames: ['alb'],
    defaultScheme: 'internal',
    defaultTargetType: 'instance',
    defaultSslPolicy: 'ELBSecurityPolicy-2016-08',
    defaultTags: {},
    externalManagedTags: [],
    denyUnknownAnnotations: false,
    tolerateMissingService: true,
    tolerateMissingAction: true,
    quotas: quotaDefaults,
    defaulting: 'full',
    subnetsClusterTagCheck: true,
    subnetDiscoveryByReachability: true,
    albSingleSubnet: false,
    enableBackendSecurityGroup: true,
    backendSecurityGroup: '',
    manageBackendSecurityGroupRules: false,
    mostTargetsPerTargetGroup: 0,
    targetSecurityGroupTags: {},
    replacementGrace: 600_000,
  })
  t.match(process, {
    kubeconfig: '',
    healthProbeBindAddr: ':61779',
    metricsBindAddr: ':8080',
    webhookBindPort: 9443,
    webhookCertDir: '/tmp/k8s-webhook-server/serving-certs',
    leaderElection: { enabled: true, id: 'aws-load-balancer-controller-leader', namespace: 'kube-system' },
    controllerNamespace: 'alb-ingress',
    planOnly: false,
  })
  t.match(waits, { leaseDuration: 15_000, debounce: 200, syncPeriod: 36_000_000, factsBudget: 1_500 })
})

void t.test('a flag is written with a blank, with =, or bare', async (t) => {
  const { flags, process, waits } = settings([
    '--ingress-class=',
    '--plan-only',
    '--enable-leader-election=false',
    '--debounce',
    '10ms',
    '--default-tags=a=1,b=x=y',
    '--default-tags',
    'c=',
    '--external-managed-tags=k1, k2',
    '--quota=rules-per-alb=200',
    '--quota',
    'certificates-per-alb=50',
    '--aws-api-throttle=EC2:.*=2.5:10,Elastic Load Balancing v2:^Create=3:20',
  ])
  t.equal(flags.ingressClass, '')
  t.equal(process.planOnly, true)
  t.equal(process.leaderElection.enabled, false)
  t.equal(waits.debounce, 10)
  t.same(flags.defaultTags, { a: '1', b: 'x=y', c: '' })
  t.same(flags.externalManagedTags, ['k1', 'k2'])
  t.same(flags.quotas, { ...quotaDefaults, 'rules-per-alb': 200, 'certificates-per-alb': 50 })
  t.same(process.awsThrottle, [
    { serviceId: 'EC2', actions: '.*', rate: 2.5, burst: 10 },
    { serviceId: 'Elastic Load Balancing v2', actions: '^Create', rate: 3, burst: 20 },
  ])
})

void t.test('a flag beats the environment, which beats the default; an empty variable is none', async (t) => {
  const environment = { LOG_LEVEL: 'warn', INGRESS_CLASS: 'env', WATCH_NAMESPACE: '', DEFAULT_TARGET_TYPE: 'ip' }
  const { flags, process } = settings(['--log-level', 'debug'], environment)
  t.equal(process.logLevel, 'debug')
  t.equal(flags.ingressClass, 'env')
  t.equal(flags.defaultTargetType, 'ip')
  t.equal(process.watchNamespace, '')
})

const region = (argv: readonly string[], environment: Record<string, string>): string => {
  const parsed = parseFlags(['--cluster-name=c', '--aws-vpc-id=v', ...argv], environment)
  return parsed.is === 'settings' ? parsed.settings.flags.region : parsed.is
}

void t.test('the region is that of the flag, AWS_DEFAULT_REGION or AWS_REGION, in this order', async (t) => {
  t.equal(region(['--aws-region=flag'], { AWS_DEFAULT_REGION: 'a', AWS_REGION: 'b' }), 'flag')
  t.equal(region([], { AWS_DEFAULT_REGION: 'a', AWS_REGION: 'b' }), 'a')
  t.equal(region([], { AWS_DEFAULT_REGION: '', AWS_REGION: 'b' }), 'b')
  t.equal(region([], {}), 'refused')
})

void t.test('the records are in the namespace of the Pod', async (t) => {
  t.equal(settings([], { POD_NAMESPACE: 'x' }).process.controllerNamespace, 'x')
  t.equal(settings(['--controller-namespace=y'], { POD_NAMESPACE: 'x' }).process.controllerNamespace, 'y')
})

void t.test('all problems are told at once', async (t) => {
  t.same(
    problems([
      '--clustername=demo',
      'stray',
      '-v',
      '--webhook-bind-port=70000',
      '--log-level=loud',
      '--debounce=5',
      '--plan-only=perhaps',
      '--default-tags=a,b=1',
      '--feature-gates=Nonsense=true',
      '--kubeconfig',
    ]),
    [
      'unknown flag --clustername; did you mean --cluster-name?',
      '"stray" is no flag; write --flag=value',
      '"-v" is no flag; write --flag=value',
      '--kubeconfig has no value',
      '--feature-gates: unknown gate "Nonsense"',
      '--default-tags "a,b=1": "a" is not key=value',
      '--log-level "loud": write one of debug, info, warn, error',
      '--webhook-bind-port "70000": write a whole number from 0 to 65535',
      '--plan-only "perhaps": write true or false',
      '--debounce "5": write a duration such as 200ms, 15s or 1m30s',
      '--cluster-name is empty; write the name of the cluster',
      '--aws-region is empty, and so are AWS_DEFAULT_REGION and AWS_REGION',
      '--aws-vpc-id is empty; write the VPC of the cluster',
    ],
  )
})

void t.test('contradictions refuse to start', async (t) => {
  const cases: readonly { argv: readonly string[]; problem: string }[] = [
    {
      argv: ['--default-tags=ingress.k8s.aws/stack=x'],
      problem: '--default-tags: the key ingress.k8s.aws/stack is ours',
    },
    {
      argv: ['--external-managed-tags=elbv2.k8s.aws/cluster'],
      problem: '--external-managed-tags: the key elbv2.k8s.aws/cluster is ours',
    },
    {
      argv: ['--default-tags=team=a', '--external-managed-tags=team'],
      problem: 'the key team is both in --default-tags and in --external-managed-tags',
    },
    {
      argv: ['--aws-api-throttle=EC2:.*=1'],
      problem: '--aws-api-throttle "EC2:.*=1": "EC2:.*=1" is not service:actions=rate:burst',
    },
    {
      argv: ['--aws-api-throttle=EC2:.*=0:1'],
      problem: '--aws-api-throttle "EC2:.*=0:1": "EC2:.*=0:1" is not service:actions=rate:burst',
    },
    {
      argv: ['--aws-api-throttle=EC2:(=1:1'],
      problem: '--aws-api-throttle "EC2:(=1:1": "(" is no regular expression',
    },
    { argv: ['--default-tags=a=1,a=2'], problem: '--default-tags "a=1,a=2": the key "a" comes twice' },
    {
      argv: ['--backend-security-group=group'],
      problem: '--backend-security-group "group": write an id that begins with sg-',
    },
    {
      argv: ['--enable-manage-backend-security-group-rules', '--enable-backend-security-group=false'],
      problem: '--enable-manage-backend-security-group-rules needs --enable-backend-security-group',
    },
    { argv: ['--required-secrets-label=x'], problem: '--required-secrets-label "x": write key=value' },
    {
      argv: ['--lease-duration=5s'],
      problem: '--lease-retry-period must be below --lease-renew-deadline, and that below --lease-duration',
    },
    {
      argv: ['--metrics-bind-addr=8080'],
      problem: '--metrics-bind-addr "8080": write host:port, or 0 to serve nothing',
    },
  ]
  for (const { argv, problem } of cases) {
    await t.test(problem, async (t) => t.same(problems([...needed, ...argv]), [problem]))
  }
})

void t.test("LBC's other flags and gates are taken, and named", async (t) => {
  const parsed = parseFlags(
    [
      ...needed,
      '--enable-shield=false',
      '--enable-wafv2',
      '--load-balancer-class',
      'service.k8s.aws/nlb',
      '--service-max-concurrent-reconciles=5',
      '--feature-gates=SubnetsClusterTagCheck=false,NLBGatewayAPI=true',
    ],
    {},
  )
  if (parsed.is !== 'settings') throw new Error(JSON.stringify(parsed))
  t.same(parsed.withoutEffect, {
    notYet: ['enable-shield', 'enable-wafv2'],
    ignored: ['feature-gates NLBGatewayAPI', 'load-balancer-class', 'service-max-concurrent-reconciles'],
  })
  t.equal(parsed.settings.flags.subnetsClusterTagCheck, false)
})

void t.test('no name stands in two tables', async (t) => {
  const names = [...Object.values(flagTable).map(({ name }) => name), ...Object.keys(notYet), ...Object.keys(neverOurs)]
  t.equal(new Set(names).size, names.length)
})

void t.test('every flag is in the help and among the described settings', async (t) => {
  const help = parseFlags(['--help'], {})
  const described = describeSettings(settings([]))
  for (const { name, summary } of Object.values(flagTable)) {
    t.ok(help.is === 'help' && help.text.includes(`--${name} `) && help.text.includes(summary), name)
    t.ok(Object.hasOwn(described, name), name)
  }
  t.equal(described['sync-period'], '10h')
})
