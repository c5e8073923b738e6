import { trackingTagKeys } from '../names/tags.ts'
import { environmentName, readArguments } from './arguments.ts'
import type { Flag, FlagDescription } from './flag.ts'
import { flagTable } from './flag-table.ts'
import { neverOurs, notYet, readFeatureGates } from './flag-without-effect.ts'
import type { Settings, Waits } from './settings.ts'

export type { ProcessSettings, Settings, Waits } from './settings.ts'

/** What the command line and the environment ask for. */
export type ParsedFlags =
  | {
      readonly is: 'settings'
      readonly settings: Settings
      /** Flags and gates that were given and have no effect yet (`notYet`), or never will (`ignored`). */
      readonly withoutEffect: { readonly notYet: readonly string[]; readonly ignored: readonly string[] }
    }
  | { readonly is: 'help'; readonly text: string }
  | { readonly is: 'refused'; readonly problems: readonly string[] }

const allFlags: readonly Pick<Flag<unknown>, 'name' | 'isSwitch' | 'repeats'>[] = [
  ...Object.values(flagTable),
  { name: 'feature-gates', isSwitch: false, repeats: true },
]

/**
 * Settings of a process. A flag beats the environment, which beats the default. All problems are told at once, each as
 * one sentence that names its flag; with any of them the process must not start.
 */
export const parseFlags = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  program = 'alb-ingress-controller',
): ParsedFlags => {
  const firstOf = (...names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]).find((each) => each !== undefined && each !== '')
  const region = firstOf('AWS_DEFAULT_REGION', 'AWS_REGION')
  const given = readArguments(argv, { ...environment, AWS_REGION: region }, allFlags)
  if (given.help) return { is: 'help', text: helpText(program) }
  const problems = [...given.problems]
  const effective: Record<string, string> = {}

  const value = <T>(flag: Flag<T>, otherwise?: T): T => {
    const text = given.texts.get(flag.name)
    const reading = text === undefined ? undefined : flag.read(text)
    if (reading?.ok === false) problems.push(`--${flag.name} ${JSON.stringify(text)}: ${reading.problem}`)
    const result = reading?.ok === true ? reading.value : (otherwise ?? flag.fallback)
    effective[flag.name] = flag.show(result)
    return result
  }

  const gateReading = readFeatureGates(given.texts.get('feature-gates') ?? '')
  if (!gateReading.ok) problems.push(`--feature-gates: ${gateReading.problem}`)
  const gates: ReadonlyMap<string, boolean> = gateReading.ok ? gateReading.value : new Map()

  const t = flagTable
  const settings: Settings = {
    flags: {
      clusterName: value(t.clusterName),
      region: value(t.region),
      vpcId: value(t.vpcId),
      ingressClass: value(t.ingressClass),
      controllerClass: value(t.controllerClass),
      classNames: value(t.classNames),
      defaultScheme: value(t.defaultScheme),
      defaultTargetType: value(t.defaultTargetType),
      defaultSslPolicy: value(t.defaultSslPolicy),
      defaultTags: value(t.defaultTags),
      externalManagedTags: value(t.externalManagedTags),
      denyUnknownAnnotations: value(t.denyUnknownAnnotations),
      tolerateMissingService: value(t.tolerateMissingService),
      tolerateMissingAction: value(t.tolerateMissingAction),
      quotas: value(t.quotas),
      defaulting: value(t.defaulting),
      subnetsClusterTagCheck: value(t.subnetsClusterTagCheck, gates.get('SubnetsClusterTagCheck')),
      subnetDiscoveryByReachability: value(t.subnetDiscoveryByReachability, gates.get('SubnetDiscoveryByReachability')),
      albSingleSubnet: value(t.albSingleSubnet, gates.get('ALBSingleSubnet')),
      enableBackendSecurityGroup: value(t.enableBackendSecurityGroup),
      backendSecurityGroup: value(t.backendSecurityGroup),
      manageBackendSecurityGroupRules: value(t.manageBackendSecurityGroupRules),
      mostTargetsPerTargetGroup: value(t.mostTargetsPerTargetGroup),
      targetSecurityGroupTags: value(t.targetSecurityGroupTags),
      replacementGrace: value(t.replacementGrace),
    },
    process: {
      kubeconfig: value(t.kubeconfig),
      logLevel: value(t.logLevel),
      healthProbeBindAddr: value(t.healthProbeBindAddr),
      metricsBindAddr: value(t.metricsBindAddr),
      webhookBindPort: value(t.webhookBindPort),
      webhookCertDir: value(t.webhookCertDir),
      webhookCertFile: value(t.webhookCertFile),
      webhookKeyFile: value(t.webhookKeyFile),
      leaderElection: {
        enabled: value(t.enableLeaderElection),
        id: value(t.leaderElectionId),
        namespace: value(t.leaderElectionNamespace),
      },
      controllerNamespace: value(t.controllerNamespace, firstOf('POD_NAMESPACE') ?? 'alb-ingress'),
      ingressMaxConcurrentReconciles: value(t.ingressConcurrency),
      targetGroupBindingMaxConcurrentReconciles: value(t.bindingConcurrency),
      planOnly: value(t.planOnly),
      awsThrottle: value(t.awsThrottle),
      podReadinessGateInject: value(t.podReadinessGateInject),
      watchNamespace: value(t.watchNamespace),
    },
    waits: waitsOf(value),
    effective,
  }
  problems.push(...contradictions(settings, given.texts))
  if (problems.length > 0) return { is: 'refused', problems }
  return { is: 'settings', settings, withoutEffect: withoutEffect(given.texts, gates) }
}

const waitsOf = (value: (flag: Flag<number>) => number): Waits => ({
  leaseDuration: value(flagTable.leaseDuration),
  leaseRenewDeadline: value(flagTable.leaseRenewDeadline),
  leaseRetryPeriod: value(flagTable.leaseRetryPeriod),
  debounce: value(flagTable.debounce),
  retryBaseDelay: value(flagTable.retryBaseDelay),
  retryMaxDelay: value(flagTable.retryMaxDelay),
  setAsideMaxDelay: value(flagTable.setAsideMaxDelay),
  orphanObservationDelay: value(flagTable.orphanObservationDelay),
  inventoryMaxAge: value(flagTable.inventoryMaxAge),
  driftScanPeriod: value(flagTable.driftScanPeriod),
  syncPeriod: value(flagTable.syncPeriod),
  awsCallTimeout: value(flagTable.awsCallTimeout),
  awsRetryDelay: value(flagTable.awsRetryDelay),
  awsRetryTimeout: value(flagTable.awsRetryTimeout),
  replacementTimeout: value(flagTable.replacementTimeout),
  replacementPollPeriod: value(flagTable.replacementPollPeriod),
  firstTargetsTimeout: value(flagTable.firstTargetsTimeout),
  shutdownDelay: value(flagTable.shutdownDelay),
  eventRepeatPeriod: value(flagTable.eventRepeatPeriod),
  factsRefresh: value(flagTable.factsRefresh),
  factsBudget: value(flagTable.factsBudget),
  targetgroupbindingRequeueDuration: value(flagTable.targetgroupbindingRequeueDuration),
  certificatePollPeriod: value(flagTable.certificatePollPeriod),
})

/** What no single flag shows to be wrong (behaviour of aws-load-balancer-controller at start, and our own needs). */
const contradictions = ({ flags, waits }: Settings, texts: ReadonlyMap<string, string>): readonly string[] => {
  const problems: string[] = []
  const tracking: ReadonlySet<string> = new Set(trackingTagKeys)
  if (flags.clusterName === '') problems.push('--cluster-name is empty; write the name of the cluster')
  if (flags.region === '') problems.push('--aws-region is empty, and so are AWS_DEFAULT_REGION and AWS_REGION')
  if (flags.vpcId === '') problems.push('--aws-vpc-id is empty; write the VPC of the cluster')
  for (const key of Object.keys(flags.defaultTags)) {
    if (tracking.has(key)) problems.push(`--default-tags: the key ${key} is ours`)
  }
  for (const key of flags.externalManagedTags) {
    if (tracking.has(key)) problems.push(`--external-managed-tags: the key ${key} is ours`)
    if (Object.hasOwn(flags.defaultTags, key)) {
      problems.push(`the key ${key} is both in --default-tags and in --external-managed-tags`)
    }
  }
  const { backendSecurityGroup: backend } = flags
  if (backend !== '' && !backend.startsWith('sg-')) {
    problems.push(`--backend-security-group ${JSON.stringify(backend)}: write an id that begins with sg-`)
  }
  if (flags.manageBackendSecurityGroupRules && !flags.enableBackendSecurityGroup) {
    problems.push('--enable-manage-backend-security-group-rules needs --enable-backend-security-group')
  }
  const label = texts.get('required-secrets-label')
  if (label !== undefined && !/^[^=]+=[^=]*$/.test(label)) {
    problems.push(`--required-secrets-label ${JSON.stringify(label)}: write key=value`)
  }
  if (!(waits.leaseRetryPeriod < waits.leaseRenewDeadline && waits.leaseRenewDeadline < waits.leaseDuration)) {
    problems.push('--lease-retry-period must be below --lease-renew-deadline, and that below --lease-duration')
  }
  return problems
}

/** Feature gates that stand for a flag of ours. */
const effectiveGates: ReadonlySet<string> = new Set([
  'ALBSingleSubnet',
  'SubnetDiscoveryByReachability',
  'SubnetsClusterTagCheck',
])

const withoutEffect = (
  texts: ReadonlyMap<string, string>,
  gates: ReadonlyMap<string, boolean>,
): { readonly notYet: readonly string[]; readonly ignored: readonly string[] } => {
  const given = [...texts.keys()]
  return {
    notYet: given.filter((name) => Object.hasOwn(notYet, name)).toSorted(),
    ignored: [
      ...given.filter((name) => Object.hasOwn(neverOurs, name)),
      ...[...gates.keys()].filter((gate) => !effectiveGates.has(gate)).map((gate) => `feature-gates ${gate}`),
    ].toSorted(),
  }
}

/** Every flag with its effective value as text, for the log. No flag holds a secret. */
export const describeSettings = (settings: Settings): Readonly<Record<string, string>> => settings.effective

const helpLine = ({ name, type, fallbackText, summary }: FlagDescription): string =>
  `  --${name} ${type}${fallbackText === '' ? '' : ` (${fallbackText})`}\n        ${summary}`

const helpText = (program: string): string =>
  [
    `Usage: ${program} [flags]`,
    '',
    `Each flag may come from the environment, in capitals with _ (${environmentName('cluster-name')}); a flag beats it.`,
    '',
    ...Object.values(flagTable).map(helpLine),
    '',
    'Taken without effect so far:',
    `  ${Object.keys(notYet)
      .map((name) => `--${name}`)
      .join(' ')}`,
    'Taken without effect, for arguments copied from aws-load-balancer-controller:',
    `  ${Object.keys(neverOurs)
      .map((name) => `--${name}`)
      .join(' ')} --feature-gates`,
    '',
  ].join('\n')
