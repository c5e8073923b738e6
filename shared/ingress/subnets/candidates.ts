import type { Scheme } from '../../model/model.ts'
import type { Fact, Subnet, VpcRoutes } from '../facts.ts'
import { isPublic, reachability } from './eligibility.ts'

/** The tag that makes a subnet a candidate for load balancers of a scheme; its value is empty or `1`. */
export const roleTag = {
  'internet-facing': 'kubernetes.io/role/elb',
  internal: 'kubernetes.io/role/internal-elb',
} as const

/** The role tag of the controller of 2017, for either scheme. */
export const legacyRoleTag = 'kubernetes.io/role/alb-ingress'

/** Where candidates are looked for. */
export interface CandidateSearch {
  readonly subnets: readonly Subnet[]
  readonly scheme: Scheme
  /** Asked for only where no subnet has the role tag. */
  readonly routes: Fact<VpcRoutes>
  /** Whether route tables decide where no tag does (`--subnet-discovery-by-reachability`). */
  readonly byReachability: boolean
}

/** What makes a subnet a candidate: the first of these that any subnet has. */
export type Candidates =
  | {
      readonly is: 'found'
      readonly by: 'role' | 'legacy-role' | 'reachability'
      /** Why a subnet is a candidate: `role tag kubernetes.io/role/elb`. */
      readonly because: string
      readonly includes: (subnet: Subnet) => boolean
    }
  /** No tag decides, and the route tables that then do are not known. */
  | { readonly is: 'unknown'; readonly why: string }

/** Subnets with the role tag; else those with the old one, else all, whose route tables fit the scheme. */
export const candidatesOf = ({ subnets, scheme, routes, byReachability }: CandidateSearch): Candidates => {
  const tag = roleTag[scheme]
  const byRole: Candidates = {
    is: 'found',
    by: 'role',
    because: `role tag ${tag}`,
    includes: ({ tags }) => tags[tag] === '' || tags[tag] === '1',
  }
  const hasLegacy = subnets.some(isLegacy)
  if (subnets.some(byRole.includes) || (!hasLegacy && !byReachability) || subnets.length === 0) return byRole
  if (routes.is === 'unknown') return { is: 'unknown', why: routes.why }
  if (routes.is === 'absent') return byRole
  const fits = (subnet: Subnet): boolean => isPublic(subnet, routes.value) === (scheme === 'internet-facing')
  if (subnets.some((subnet) => isLegacy(subnet) && fits(subnet)))
    return {
      is: 'found',
      by: 'legacy-role',
      because: `role tag ${legacyRoleTag}`,
      includes: (subnet) => isLegacy(subnet) && fits(subnet),
    }
  if (!byReachability) return byRole
  const because = scheme === 'internet-facing' ? reachability.public : reachability.private
  return { is: 'found', by: 'reachability', because, includes: fits }
}

const isLegacy = ({ tags }: Subnet): boolean => Object.hasOwn(tags, legacyRoleTag)
