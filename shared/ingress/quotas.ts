/**
 * Quotas that AWS raises on request, at their defaults (`behaviour.md` 11; Elastic Load Balancing, "Quotas for your
 * Application Load Balancers"; Amazon VPC, "Amazon VPC quotas"; ACM, "Quotas").
 */
export const quotaDefaults = {
  'albs-per-region': 50,
  'target-groups-per-region': 3000,
  'listeners-per-alb': 50,
  'rules-per-alb': 100,
  'certificates-per-alb': 25,
  'targets-per-alb': 1000,
  'targets-per-target-group': 1000,
  'trust-stores-per-account': 20,
  'security-groups-per-alb': 5,
  'rules-per-security-group': 60,
  'capacity-units-per-alb': 15_000,
  'capacity-units-per-region': 0,
  'names-per-certificate': 10,
} as const

export type QuotaName = keyof typeof quotaDefaults

export type Quotas = Readonly<Record<QuotaName, number>>

/** Whether a text names a quota. */
export const isQuotaName = (name: string): name is QuotaName => Object.hasOwn(quotaDefaults, name)
