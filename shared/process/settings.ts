import type { Flags } from '../ingress/flags.ts'
import type { Level } from './log.ts'
import type { Throttle } from './throttle.ts'

/** The settings of a process: those that change what the rules mean, and those of the process itself. */
export interface Settings {
  readonly flags: Flags
  readonly process: ProcessSettings
  readonly waits: Waits
  /** Every flag's value as text, by the flag's name, for the log. */
  readonly effective: Readonly<Record<string, string>>
}

export interface ProcessSettings {
  /** Empty: the service account of the Pod. */
  readonly kubeconfig: string
  readonly logLevel: Level
  /** `:61779`, `127.0.0.1:0` */
  readonly healthProbeBindAddr: string
  readonly metricsBindAddr: string
  readonly webhookBindPort: number
  readonly webhookCertDir: string
  readonly webhookCertFile: string
  readonly webhookKeyFile: string
  readonly leaderElection: { readonly enabled: boolean; readonly id: string; readonly namespace: string }
  /** Where the records of groups are. */
  readonly controllerNamespace: string
  readonly ingressMaxConcurrentReconciles: number
  readonly targetGroupBindingMaxConcurrentReconciles: number
  readonly planOnly: boolean
  /** Budgets of AWS calls in place of ours. */
  readonly awsThrottle: readonly Throttle[]
  /** Whether new Pods get readiness gates. */
  readonly podReadinessGateInject: boolean
  /** Empty: all namespaces. */
  readonly watchNamespace: string
}

/** Every wait of the product, in milliseconds; the flag of each has its name (`leaseDuration`: `--lease-duration`). */
export interface Waits {
  readonly leaseDuration: number
  readonly leaseRenewDeadline: number
  readonly leaseRetryPeriod: number
  readonly debounce: number
  readonly retryBaseDelay: number
  readonly retryMaxDelay: number
  readonly setAsideMaxDelay: number
  readonly orphanObservationDelay: number
  readonly inventoryMaxAge: number
  readonly driftScanPeriod: number
  readonly syncPeriod: number
  readonly awsCallTimeout: number
  readonly awsRetryDelay: number
  readonly awsRetryTimeout: number
  readonly replacementTimeout: number
  readonly replacementPollPeriod: number
  readonly firstTargetsTimeout: number
  readonly shutdownDelay: number
  readonly eventRepeatPeriod: number
  readonly factsRefresh: number
  readonly factsBudget: number
  readonly targetgroupbindingRequeueDuration: number
  readonly certificatePollPeriod: number
}
