import type { Judgement } from '../shared/group/admission.ts'
import type { ClusterView, Facts } from '../shared/ingress/facts.ts'
import type { Flags } from '../shared/ingress/flags.ts'
import type { Answers, FactIo } from './facts.ts'
import { lookUp, unanswered } from './facts.ts'
import type { Level, Verdict } from './verdict.ts'
import { verdict } from './verdict.ts'
import type { Code } from '../shared/findings/codes.ts'

/** What one decision works with. */
export interface DecideIo extends FactIo {
  readonly flags: Flags
  /** The cluster as it is now. */
  readonly cluster: () => ClusterView
  /** RFC 3339, UTC. */
  readonly now: () => string
  /** Longest time for AWS in one request, in milliseconds. */
  readonly factsBudgetMs: number
  readonly levels?: Partial<Record<Code, Level>>
}

/** A question about one change. */
export interface Question {
  readonly judge: (facts: Facts) => Judgement
  readonly dryRun: boolean
  /** Monotonic milliseconds at which the answer has to leave. */
  readonly deadline: number
}

/** What came of a question, with the facts that it was judged with at last. */
export interface Decision {
  readonly judgement: Judgement
  readonly verdict: Verdict
  readonly facts: Facts
}

/** Time in which the rules run again after the last answer of AWS. */
const timeForRules = 50

/** Answers that may ask for more: route tables are looked at only where no tag tells the subnets. */
const mostRounds = 3

/**
 * Judges a change: once with the facts of AWS at hand, once more with those that it needs besides, and before it is denied on evidence
 * from AWS once more with evidence that is fresh. Throws when a rule does.
 */
export const decide = async (io: DecideIo, question: Question): Promise<Decision> => {
  const until = Math.min(question.deadline - timeForRules, io.monotonic() + io.factsBudgetMs)
  const cluster = io.cluster()
  const look = (aws: Answers): Decision => {
    const facts: Facts = { flags: io.flags, cluster, aws, now: io.now() }
    const judgement = question.judge(facts)
    return {
      facts,
      judgement,
      verdict: verdict({
        findings: judgement.findings,
        findingsBefore: judgement.findingsBefore,
        dryRun: question.dryRun,
        ...(io.levels === undefined ? {} : { levels: io.levels }),
      }),
    }
  }
  let aws: Answers = io.facts.known?.() ?? new Map()
  let decision = look(aws)
  io.facts.used?.(decision.judgement.needs)
  for (let round = 0; round < mostRounds; round += 1) {
    const open = unanswered(decision.judgement.needs, aws)
    if (open.length === 0) break
    // oxlint-disable-next-line no-await-in-loop -- an answer may ask for more
    aws = new Map([...aws, ...(await lookUp(io, 'answer', open, until))])
    decision = look(aws)
  }
  if (decision.verdict.faults.some((fault) => fault.needs === 'aws')) {
    aws = new Map([...aws, ...(await lookUp(io, 'confirm', decision.judgement.needs, until))])
    decision = look(aws)
  }
  return decision
}
