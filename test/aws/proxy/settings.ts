import type { EmulatorSettings } from '../control-types.ts'

/** Default quotas of an account (Elastic Load Balancing, "Quotas for your Application Load Balancers"; Amazon VPC quotas). */
const quotas = {
  loadBalancers: 50,
  targetGroups: 3000,
  listenersPerLoadBalancer: 50,
  rulesPerLoadBalancer: 100,
  targetGroupsPerLoadBalancer: 100,
  targetsPerLoadBalancer: 1000,
  targetGroupsPerAction: 5,
  tagsPerResource: 50,
  certificatesPerLoadBalancer: 25,
  namesPerCertificate: 10,
  securityGroupsPerLoadBalancer: 5,
  rulesPerSecurityGroup: 60,
}

/** All switches of the emulator. */
export type CompleteSettings = Required<Omit<EmulatorSettings, 'quotas'>> & {
  readonly quotas: Required<NonNullable<EmulatorSettings['quotas']>>
}

/** The switches at start and after a reset. */
export const defaultSettings: CompleteSettings = {
  pageSize: 0,
  timeScale: 0.01,
  provisioningSeconds: 120,
  targetGroupReleaseSeconds: 20,
  securityGroupReleaseSeconds: 60,
  initialHealthSeconds: 30,
  requireInternetGateway: true,
  targetTimeoutSeconds: 10,
  clientAddress: '',
  unavailable: 'no',
  denied: [],
  lax: false,
  quotas,
}
