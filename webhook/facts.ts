import type { Fact, Need, NeedKey } from '../shared/ingress/facts.ts'
import { needKey } from '../shared/ingress/facts.ts'
import type { FactSource } from './judges.ts'

/** Answers to needs, by key. */
export type Answers = ReadonlyMap<NeedKey, Fact<unknown>>

/** What the look-up of facts for one request works with. */
export interface FactIo {
  readonly facts: FactSource
  /** Milliseconds that never jump. */
  readonly monotonic: () => number
  /** Told when the source itself failed. */
  readonly onFailure: (error: unknown) => void
  /** Told when time ran out. */
  readonly onDeadline: () => void
}

/** A source that overruns its budget is left behind after so many milliseconds more. */
const patience = 50

const unknowns = (needs: readonly Need[], why: string): Answers =>
  new Map(needs.map((need) => [needKey(need), { is: 'unknown', why }]))

/** Those needs that have no answer yet. */
export const unanswered = (needs: readonly Need[], answers: Answers): readonly Need[] =>
  needs.filter((need) => !answers.has(needKey(need)))

/**
 * Asks the source and comes back before `until` (monotonic milliseconds) with an answer to each need: what was not told in
 * time is unknown.
 */
export const lookUp = async (
  io: FactIo,
  how: 'answer' | 'confirm',
  needs: readonly Need[],
  until: number,
): Promise<Answers> => {
  const budgetMs = Math.max(0, until - io.monotonic())
  const late = new AbortController()
  const timeUp = Promise.withResolvers<Answers>()
  const timer = setTimeout(() => {
    late.abort()
    timeUp.resolve(unknowns(needs, 'the time for this request is over'))
  }, budgetMs + patience)
  try {
    const asked = io.facts[how](needs, { budgetMs, signal: late.signal })
    const answers = await Promise.race([asked, timeUp.promise])
    if (io.monotonic() >= until) io.onDeadline()
    return new Map([...unknowns(needs, 'nothing was told of it'), ...answers])
  } catch (error) {
    io.onFailure(error)
    return unknowns(needs, 'AWS could not be asked')
  } finally {
    clearTimeout(timer)
  }
}
