import { clusterView } from '../../shared/cluster/caches.ts'
import { evaluate } from '../../shared/group/evaluate.ts'
import type { Evaluation, Member } from '../../shared/group/evaluation.ts'
import type { GroupRecord } from '../../shared/group/record.ts'
import { needKey, type Facts } from '../../shared/ingress/facts.ts'
import type { GroupKey } from '../../shared/model/model.ts'
import type { GroupIo } from '../io.ts'
import { membersOf } from './members.ts'

/** All that a pass over one group decides on but for AWS's own state, which the plan asks for. */
export interface World {
  readonly group: GroupKey
  readonly members: readonly Member[]
  readonly record: GroupRecord | undefined
  readonly evaluation: Evaluation
}

/** Gathers members, record and facts, and evaluates the group. */
export const observe = async (io: GroupIo, group: GroupKey, signal: AbortSignal): Promise<World> => {
  const record = io.records.read(group)
  const { flags } = io.settings
  const members = await membersOf({ caches: io.caches, cluster: io.cluster, flags }, group, record)
  const evaluation = await evaluateWithFacts(io, group, members, signal)
  return { group, members, record, evaluation }
}

/** Answers that may ask for more: route tables are looked at only where no tag tells the subnets. */
const mostRounds = 3

/**
 * Evaluates, answers what was asked, and evaluates again. A fault that rests on AWS is confirmed by fresh evidence: a
 * subnet may have got its tag a second ago.
 */
const evaluateWithFacts = async (
  io: GroupIo,
  group: GroupKey,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<Evaluation> => {
  const unasked: Facts = {
    flags: io.settings.flags,
    cluster: clusterView(io.caches),
    aws: new Map(),
    now: new Date(io.aws.clock.now()).toISOString(),
  }
  const options = { budgetMs: io.settings.waits.awsCallTimeout, signal }
  let aws: Facts['aws'] = listed(io)
  let answered = evaluate({ key: group, members }, { ...unasked, aws })
  for (let round = 0; round < mostRounds; round += 1) {
    const known = aws
    const open = answered.needs.filter((need) => !known.has(needKey(need)))
    if (open.length === 0) break
    // oxlint-disable-next-line no-await-in-loop -- an answer may ask for more
    aws = withOwnWrites(io, new Map([...aws, ...(await io.facts.answer(open, options))]))
    answered = evaluate({ key: group, members }, { ...unasked, aws })
  }
  if (!answered.findings.some(({ kind, needs }) => kind === 'fault' && needs === 'aws')) return answered
  const confirmed = withOwnWrites(io, await io.facts.confirm(answered.needs, options))
  return evaluate({ key: group, members }, { ...unasked, aws: confirmed })
}

/** What the listing tells without a call: the pass over the group plans on the same listing. */
const listed = ({ inventory, settings }: GroupIo): Facts['aws'] => {
  const value = inventory.age <= settings.waits.inventoryMaxAge ? inventory.liveLoadBalancers() : undefined
  return value === undefined ? new Map() : new Map([[needKey({ is: 'load-balancers' }), { is: 'present', value }]])
}

/** Our load balancers as our last write left them, which an answer that was kept does not show. */
const withOwnWrites = ({ inventory }: GroupIo, aws: Facts['aws']): Facts['aws'] => {
  const key = needKey({ is: 'load-balancers' })
  const value = inventory.liveLoadBalancers()
  if (value === undefined || aws.get(key)?.is !== 'present') return aws
  return new Map([...aws, [key, { is: 'present', value }]])
}
