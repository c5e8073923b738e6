import type { Change, Judgement } from '../shared/group/admission.ts'
import type { PlannedChange, PlanView } from '../shared/group/planned.ts'
import type { Facts } from '../shared/ingress/facts.ts'
import { field } from '../shared/kubernetes/raw.ts'
import type { Ingress } from '../shared/kubernetes/objects.ts'
import { readIngress, readService } from '../shared/kubernetes/read.ts'
import { writesJson } from '../shared/plan/writes.ts'
import type { Log } from '../shared/process/log.ts'
import { auditAnnotations, longestPlan } from './audit.ts'
import type { Judges } from './judges.ts'
import type { WebhookMetrics } from './metrics.ts'
import { podPatch } from './mutate-pod.ts'
import type { PodIo } from './mutate-pod.ts'
import { annotationPatch } from './patch.ts'
import type { PatchOperation } from './patch.ts'
import { refusal } from './refusal.ts'
import type { AdmissionRequest, AdmissionResponse } from './review.ts'
import { sameIngress, sameService } from './unchanged.ts'
import { decide } from './validate.ts'
import type { DecideIo } from './validate.ts'

/** What the endpoints work with. */
export interface AnswerIo extends DecideIo, Pick<PodIo, 'bindings'> {
  readonly judges: Judges
  /** What plans look at, as it is now. */
  readonly planView: () => PlanView
  readonly log: Log
  readonly metrics: WebhookMetrics
  /** Version of the rules, for the audit log of the API server. */
  readonly ruleset: string
}

/** How a review ended, for the metrics. */
export type Outcome = 'allowed' | 'denied' | 'patched' | 'unchanged' | 'deleting' | 'unexpected' | 'failed'

export interface Answered {
  readonly outcome: Outcome
  readonly response: AdmissionResponse
}

/** One endpoint: the kind of object that it expects and how it answers. */
export interface Endpoint {
  readonly path: string
  readonly group: string
  readonly kind: 'Ingress' | 'Service' | 'Pod'
  readonly answer: (io: AnswerIo, request: AdmissionRequest, deadline: number) => Answered | Promise<Answered>
}

const allow = (request: AdmissionRequest, outcome: Outcome): Answered => ({
  outcome,
  response: { uid: request.uid, allowed: true },
})

/** How a change is judged and, on a dry-run, planned. */
interface Rules {
  readonly judge: (facts: Facts) => Judgement
  readonly plan: (facts: Facts, skipped: readonly string[]) => PlannedChange | undefined
}

const validated = async (
  io: AnswerIo,
  request: AdmissionRequest,
  deadline: number,
  { judge, plan }: Rules,
): Promise<Answered> => {
  const { judgement, verdict, facts } = await decide(io, { judge, dryRun: request.dryRun, deadline })
  const denied = verdict.faults.length > 0
  const planned = request.dryRun && !denied ? plan(facts, verdict.skipped) : undefined
  const warnings = [...verdict.warnings, ...(planned?.lines ?? [])]
  const faults = new Set(verdict.faults)
  for (const finding of judgement.findings) {
    io.metrics.found(finding.code, faults.has(finding) ? 'deny' : 'warn', 1)
    if (finding.code === 'RuleFailed') io.metrics.ruleFailed(finding.code)
  }
  const { group, kind, name } = request
  return {
    outcome: denied ? 'denied' : 'allowed',
    response: {
      uid: request.uid,
      allowed: !denied,
      ...(denied ? { status: refusal({ group, kind, name }, verdict.faults) } : {}),
      ...(warnings.length === 0 ? {} : { warnings }),
      auditAnnotations: auditAnnotations(io.ruleset, {
        verdict: denied ? 'denied' : 'allowed',
        codes: verdict.codes,
        skipped: verdict.skipped,
        ...(planned === undefined ? {} : { plan: writesJson(planned.writes, planned.incomplete, longestPlan) }),
      }),
    },
  }
}

/** Nothing that is read changes: no word of it, but on a dry-run that AWS will not change either. */
const unchanged = (io: AnswerIo, request: AdmissionRequest, ingress: Ingress): Answered => {
  const { outcome, response } = allow(request, 'unchanged')
  const lines = request.dryRun ? io.judges.plans.unchanged(ingress, io.cluster(), io.flags) : []
  return { outcome, response: lines.length === 0 ? response : { ...response, warnings: lines } }
}

const validateIngress =
  (entry: 'ingress' | 'strayIngress') =>
  (io: AnswerIo, request: AdmissionRequest, deadline: number): Answered | Promise<Answered> => {
    const after = readIngress(request.object)
    if (after.deletionTimestamp !== undefined) return allow(request, 'deleting')
    const { dryRun } = request
    const rulesFor = (change: Change): Rules => ({
      judge: (facts) => io.judges[entry](change, facts),
      plan: (facts, skipped) => io.judges.plans.ingress(change, facts, io.planView(), skipped),
    })
    if (request.operation === 'CREATE' || request.oldObject === null)
      return validated(io, request, deadline, rulesFor({ operation: 'CREATE', after, dryRun }))
    const before = readIngress(request.oldObject)
    if (sameIngress(before, after)) return unchanged(io, request, after)
    return validated(io, request, deadline, rulesFor({ operation: 'UPDATE', before, after, dryRun }))
  }

const validateService = (io: AnswerIo, request: AdmissionRequest, deadline: number): Answered | Promise<Answered> => {
  const after = readService(request.object)
  if (after.deletionTimestamp !== undefined) return allow(request, 'deleting')
  const before =
    request.operation === 'CREATE' || request.oldObject === null ? undefined : readService(request.oldObject)
  if (before !== undefined && sameService(before, after)) return allow(request, 'unchanged')
  return validated(io, request, deadline, {
    judge: (facts) => ({
      ours: true,
      findings: io.judges.service(before, after, facts),
      findingsBefore: before === undefined ? [] : io.judges.service(before, before, facts),
      needs: request.dryRun ? io.judges.plans.serviceNeeds(after, facts, io.planView()) : [],
    }),
    plan: (facts, skipped) => io.judges.plans.service(before, after, facts, io.planView(), skipped),
  })
}

const mutateIngress = (io: AnswerIo, request: AdmissionRequest): Answered => {
  const ingress = readIngress(request.object)
  if (ingress.deletionTimestamp !== undefined) return allow(request, 'deleting')
  const edits = io.judges.defaults(ingress, io.cluster(), io.flags)
  const annotations = field(field(request.object, 'metadata'), 'annotations')
  const patch = annotationPatch(annotations, edits)
  if (patch.length === 0) return allow(request, 'unchanged')
  const defaults = Object.keys(edits.set).toSorted()
  for (const key of defaults) io.metrics.defaulted(key)
  return {
    outcome: 'patched',
    response: {
      uid: request.uid,
      allowed: true,
      ...encoded(patch),
      auditAnnotations: auditAnnotations(io.ruleset, { defaults }),
    },
  }
}

const mutatePod = (io: AnswerIo, request: AdmissionRequest): Answered => {
  const patch = podPatch(io, request)
  return patch.length === 0
    ? allow(request, 'unchanged')
    : { outcome: 'patched', response: { uid: request.uid, allowed: true, ...encoded(patch) } }
}

/** A patch as a response carries it. */
const encoded = (patch: readonly PatchOperation[]): Pick<AdmissionResponse, 'patchType' | 'patch'> => ({
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
})

const networking = 'networking.k8s.io'

/** Every path that is served. */
export const endpoints: readonly Endpoint[] = [
  { path: '/mutate/ingress', group: networking, kind: 'Ingress', answer: mutateIngress },
  { path: '/validate/ingress', group: networking, kind: 'Ingress', answer: validateIngress('ingress') },
  { path: '/validate/stray-ingress', group: networking, kind: 'Ingress', answer: validateIngress('strayIngress') },
  { path: '/validate/service', group: '', kind: 'Service', answer: validateService },
  { path: '/mutate/pod', group: '', kind: 'Pod', answer: mutatePod },
]

/** Whether the review is of what the endpoint is registered for. */
const isExpected = (endpoint: Endpoint, { object, ...request }: AdmissionRequest): boolean => {
  const apiVersion = endpoint.group === '' ? 'v1' : `${endpoint.group}/v1`
  return (
    request.group === endpoint.group &&
    request.version === 'v1' &&
    request.kind === endpoint.kind &&
    request.subResource === '' &&
    (request.operation === 'CREATE' || request.operation === 'UPDATE') &&
    typeof object === 'object' &&
    object !== null &&
    !Array.isArray(object) &&
    (field(object, 'kind') ?? endpoint.kind) === endpoint.kind &&
    (field(object, 'apiVersion') ?? apiVersion) === apiVersion
  )
}

/**
 * Answers a review, whatever is in it. A rule that fails is a defect of ours: the object passes with a warning, and the
 * controller judges it.
 *
 * @param deadline monotonic milliseconds
 */
export const answer = async (
  io: AnswerIo,
  endpoint: Endpoint,
  request: AdmissionRequest,
  deadline: number,
): Promise<Answered> => {
  if (!isExpected(endpoint, request)) return allow(request, 'unexpected')
  try {
    return await endpoint.answer(io, request, deadline)
  } catch (error) {
    io.metrics.ruleFailed('RuleFailed')
    io.log.error(
      { err: error, endpoint: endpoint.path, namespace: request.namespace, name: request.name },
      'rule not evaluated',
    )
    const { response } = allow(request, 'failed')
    return {
      outcome: 'failed',
      response: endpoint.path.startsWith('/mutate/')
        ? response
        : {
            ...response,
            warnings: [`rule RuleFailed not evaluated; the controller checks the ${endpoint.kind} again`],
            auditAnnotations: auditAnnotations(io.ruleset, { verdict: 'allowed', codes: ['RuleFailed'] }),
          },
    }
  }
}
