import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import { classOf } from '../ingress/class.ts'
import { holdsFinalizer } from '../ingress/membership.ts'
import { type Certificate, type Fact, factOf, type Facts, type Need, needKey, type NeedKey } from '../ingress/facts.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { Contribution } from '../model/contribution.ts'
import type { DesiredModel } from '../model/model.ts'
import { prefix } from '../names/annotation-keys.ts'
import { hostsOf } from './certificate-discovery.ts'
import { classFindings } from './class-findings.ts'
import { consequences } from './consequences.ts'
import { evaluate } from './evaluate.ts'
import type { Member } from './evaluation.ts'

/** A change of an Ingress that is under review. */
export interface Change {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly before?: Ingress
  readonly after: Ingress
  readonly dryRun: boolean
}

/** What the rules say of a change: of the object as it shall be, and of the object as it was, with the same facts. */
export interface Judgement {
  readonly ours: boolean
  readonly findings: readonly Finding[]
  readonly findingsBefore: readonly Finding[]
  readonly needs: readonly Need[]
}

/** Judges an Ingress of a class of ours, put into its group as the candidate. */
export const judgeIngress = (change: Change, facts: Facts): Judgement => {
  const { before, after } = change
  const verdict = classOf(after, facts.cluster, facts.flags)
  switch (verdict.is) {
    case 'ours': {
      const wasOurs = before !== undefined && classOf(before, facts.cluster, facts.flags).is === 'ours'
      const then = wasOurs ? judgeAlone(before, facts) : undefined
      const now = judgeAlone(after, facts, then?.contribution)
      if (!wasOurs || then === undefined)
        return { ours: true, findings: now.findings, findingsBefore: [], needs: now.needs }
      const isHeld = now.contribution === undefined && now.findings.every(({ kind }) => kind !== 'fault')
      const [old, next] = isHeld ? suppose(before, after, facts, [...now.needs, ...then.needs]) : [then, now]
      const told = consequences(
        { ingress: before, model: old.model },
        { ingress: after, model: next.model },
        facts.flags,
      )
      return {
        ours: true,
        findings: [...now.findings, ...told],
        findingsBefore: then.findings,
        needs: [...now.needs, ...then.needs],
      }
    }
    case 'missing':
    case 'ambiguous': {
      const asks = isMeantForUs(after, verdict.is) && !hadSameClass(before, after, facts)
      return { ours: false, findings: asks ? classFindings(after, facts) : [], findingsBefore: [], needs: [] }
    }
    case 'foreign':
    case 'none':
      return { ours: false, findings: classFindings(after, facts), findingsBefore: [], needs: [] }
    default:
      return verdict satisfies never
  }
}

/** Judges an Ingress with keys or finalizers of ours whose class is not in the list that the webhook is rendered for. */
export const judgeStray = (change: Change, facts: Facts): Judgement => {
  const judgement = judgeIngress(change, facts)
  const verdict = classOf(change.after, facts.cluster, facts.flags)
  if (verdict.is !== 'ours' || verdict.class === undefined || facts.flags.classNames.includes(verdict.class.name))
    return judgement
  const notice = onSpec(change.after, 'spec.ingressClassName', {
    code: 'ClassNotRendered',
    kind: 'notice',
    anchor: 'spec.ingressClassName',
    message: 'is not in classNames',
    warning: `class ${verdict.class.name} is not in classNames: unchecked while the webhook is away`,
    needs: 'cluster',
  })
  return { ...judgement, findings: [...judgement.findings, notice] }
}

interface Alone {
  readonly findings: readonly Finding[]
  readonly needs: readonly Need[]
  readonly model: DesiredModel
  /** What it brings; undefined for one at fault. */
  readonly contribution: Contribution | undefined
}

/** Both sides as they are if certificates of which AWS said nothing are issued: a consequence does not wait for the answer. */
const suppose = (
  before: Ingress,
  after: Ingress,
  facts: Facts,
  needs: readonly Need[],
): readonly [before: Alone, after: Alone] => {
  const names = hostsOf(after)
  const issued = needs.flatMap((need): readonly (readonly [NeedKey, Fact<Certificate>])[] => {
    if (need.is !== 'certificate' || factOf(facts, need).is !== 'unknown') return []
    const value = { arn: need.arn, status: 'ISSUED', names, renewable: true, missingRecords: [] }
    return [[needKey(need), { is: 'present', value }]]
  })
  const supposed = { ...facts, aws: new Map([...facts.aws, ...issued]) }
  const old = judgeAlone(before, supposed)
  return [old, judgeAlone(after, supposed, old.contribution)]
}

const judgeAlone = (ingress: Ingress, facts: Facts, lastGood?: Contribution): Alone => {
  const name = nameOf(ingress)
  const member: Member = { name, ingress, role: 'candidate', ...(lastGood === undefined ? {} : { lastGood }) }
  const { findings, needs, model, standings } = evaluate({ key: name, members: [member] }, facts)
  const standing = standings.get(name)
  return {
    findings: findings.filter((finding) => finding.member === name),
    needs,
    model,
    contribution: standing?.is === 'current' ? standing.contribution : undefined,
  }
}

/** Whether an Ingress without a class that is known shows that it is meant for us. */
const isMeantForUs = (ingress: Ingress, verdict: 'missing' | 'ambiguous'): boolean =>
  Object.keys(ingress.annotations).some((key) => key.startsWith(prefix)) ||
  (verdict === 'missing' && holdsFinalizer(ingress))

/** A class that has vanished, or became ambiguous, since is no reason to refuse another change. */
const hadSameClass = (before: Ingress | undefined, after: Ingress, { cluster, flags }: Facts): boolean =>
  before !== undefined &&
  before.spec.ingressClassName === after.spec.ingressClassName &&
  classOf(before, cluster, flags).is === classOf(after, cluster, flags).is
