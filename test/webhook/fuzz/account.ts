import type { FactSource } from '../../../webhook/judges.ts'
import { type Fact, needKey } from '../../../shared/ingress/facts.ts'
import { readIngress, readIngressClass, readService } from '../../../shared/kubernetes/read.ts'
import { rules } from '../../../webhook/rules.ts'
import type { AnswerIo } from '../../../webhook/answer.ts'
import type { Judgement } from '../../../shared/group/admission.ts'
import { certificate, facts } from '../../builders.ts'
import { rawIngress, rawService, rig } from '../rig.ts'

const cls = readIngressClass({ metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
const service = readService(rawService())
const known = facts({ certificates: [certificate()] })

/** An account in which what is asked for by name is not there, but for the fixtures of the rule book's tests. */
const source: FactSource = {
  answer: async (needs) =>
    new Map(
      needs.map((need) => [needKey(need), known.aws.get(needKey(need)) ?? ({ is: 'absent' } satisfies Fact<unknown>)]),
    ),
  confirm: (needs, lookUp) => source.answer(needs, lookUp),
}

/** What the endpoints work with: the rules of the product, class alb, one Service and one Ingress; and how it judged last. */
export interface FuzzRig {
  readonly io: AnswerIo
  readonly lastJudgement: () => Judgement | undefined
  /** Lines of the log, emptied by the reader. */
  readonly lines: string[]
}

export const fuzzRig = (): FuzzRig => {
  let last: Judgement | undefined
  const { io, lines } = rig(
    {
      ...rules,
      ingress: (change, of) => {
        last = rules.ingress(change, of)
        return last
      },
    },
    source,
  )
  const ingresses = [readIngress(rawIngress())]
  return {
    io: {
      ...io,
      cluster: () => ({
        service: (namespace, name) => (namespace === 'echoserver' && name === 'echoserver' ? service : undefined),
        ingressClass: (name) => (name === 'alb' ? cls : undefined),
        ingressClasses: [cls],
        ingresses,
        nodes: [],
      }),
    },
    lines,
    lastJudgement: () => last,
  }
}
