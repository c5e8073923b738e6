import { defaultAnnotations } from '../shared/features/defaulting.ts'
import { judgeIngress, judgeStray } from '../shared/group/admission.ts'
import { planIngress, planService, planUnchanged, serviceNeeds } from '../shared/group/planned.ts'
import { judgeService } from '../shared/group/service-admission.ts'
import { classOf } from '../shared/ingress/class.ts'
import type { Judges } from './judges.ts'

/** The rule book that both processes share. Only an Ingress of ours gets defaults. */
export const rules: Judges = {
  ingress: judgeIngress,
  strayIngress: judgeStray,
  service: judgeService,
  plans: { ingress: planIngress, service: planService, unchanged: planUnchanged, serviceNeeds },
  defaults: (ingress, cluster, flags) => {
    const verdict = classOf(ingress, cluster, flags)
    return verdict.is === 'ours' ? defaultAnnotations(ingress, verdict.class, flags) : { set: {}, remove: [] }
  },
}
