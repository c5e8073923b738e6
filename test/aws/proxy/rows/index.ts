import type { Row } from '../context.ts'
import type { Service } from '../errors.ts'
import { acmRows } from './acm.ts'
import { actionRows } from './actions.ts'
import { conditionRows } from './conditions.ts'
import { describeRows } from './describes.ts'
import { iamRows } from './iam.ts'
import { listenerCertificateRows } from './listener-certificates.ts'
import { listenerRows } from './listeners.ts'
import { loadBalancerRows } from './load-balancers.ts'
import { ruleRows } from './rules.ts'
import { securityGroupRows } from './security-groups.ts'
import { ec2TagRows, tagRows } from './tags.ts'
import { targetGroupRows } from './target-groups.ts'
import { targetRows } from './targets.ts'

/** What AWS refuses and moto does not, by service: the first row that refuses a call answers it. */
export const rows: Readonly<Record<Service, readonly Row[]>> = {
  elasticloadbalancing: [
    ...loadBalancerRows,
    ...listenerRows,
    ...listenerCertificateRows,
    ...ruleRows,
    ...conditionRows,
    ...actionRows,
    ...targetGroupRows,
    ...targetRows,
    ...tagRows,
    ...describeRows,
  ],
  ec2: [...securityGroupRows, ...ec2TagRows],
  acm: acmRows,
  iam: iamRows,
  sts: [],
}
