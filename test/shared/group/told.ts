import type { Test } from 'tap'
import type { Finding } from '../../../shared/findings/finding.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Facts } from '../../../shared/ingress/facts.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { verdict } from '../../../webhook/verdict.ts'
import { facts, type World } from '../../builders.ts'

/** One finding in short: what becomes of it, its code and its field; annotations of ours without prefix. */
export const inShort = (denies: boolean, { code, path }: Finding): string =>
  `${denies ? 'deny' : 'warn'} ${code} ${path.replace(/^metadata\.annotations\[alb\.ingress\.kubernetes\.io\/([^\]]*)\]/, '$1')}`

/** What admission tells of a new Ingress, sorted. */
export const told = (ingress: Ingress, known: Facts = facts()): readonly string[] => {
  const { findings, findingsBefore } = judgeIngress({ operation: 'CREATE', after: ingress, dryRun: false }, known)
  const { faults } = verdict({ findings, findingsBefore, dryRun: false })
  return findings.map((finding) => inShort(faults.includes(finding), finding)).toSorted()
}

/** A mistake, and all that is told of it: one line each, since one mistake is one finding. */
export interface Row {
  readonly mistake: string
  readonly ingress: Ingress
  readonly world?: World
  /** Ids of subnets and security groups that AWS does not know. */
  readonly absent?: readonly string[]
  readonly told: readonly string[]
}

/** Compares what is told of each mistake; the keys name the mistakes in messages. */
export const compareRows = (t: Pick<Test, 'same'>, rows: Readonly<Record<string, Row>>): void => {
  for (const [id, row] of Object.entries(rows))
    t.same(told(row.ingress, knownTo(row)), row.told, `${id}: ${row.mistake}`)
}

const knownTo = ({ world, absent = [] }: Row): Facts => {
  const known = facts(world)
  const gone = absent.map(
    (id) => [`${id.startsWith('sg-') ? 'security-group' : 'subnet'}/${id}`, { is: 'absent' }] as const,
  )
  return { ...known, aws: new Map([...known.aws, ...gone]) }
}
