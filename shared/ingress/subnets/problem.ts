import type { Finding } from '../../findings/finding.ts'

/** What is wrong with, or worth saying of, the subnets of a load balancer; it belongs to the annotation `subnets`. */
export type SubnetProblem = Pick<Finding, 'code' | 'kind' | 'message' | 'needs'> &
  Partial<Pick<Finding, 'value' | 'fix' | 'details' | 'warning'>>
