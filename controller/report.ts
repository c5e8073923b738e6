import { AwsError } from '../shared/aws/errors.ts'
import { loadBalancerAttributes } from '../shared/features/attributes/load-balancer.ts'
import type { Finding } from '../shared/findings/finding.ts'
import { faultLine, warningText } from '../shared/findings/text.ts'
import { contributionOf } from '../shared/group/evaluate.ts'
import type { Member, Standing } from '../shared/group/evaluation.ts'
import { prefix } from '../shared/names/annotation-keys.ts'
import type { Ingress } from '../shared/kubernetes/objects.ts'
import type { Step } from '../shared/plan/step.ts'
import { formatDuration } from '../shared/text/durations.ts'
import type { EventEntry } from './events.ts'

/** The subject of an event on an Ingress. */
export const ingressSubject = (ingress: Ingress): EventEntry['subject'] => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  namespace: ingress.namespace,
  name: ingress.name,
  uid: ingress.uid,
  resourceVersion: ingress.resourceVersion,
})

const entry = (member: Member, type: EventEntry['type'], reason: string, message: string): EventEntry => ({
  subject: ingressSubject(member.ingress),
  type,
  reason,
  message,
})

/** Events for the faults of a member: the text and code of the webhook, one event each. */
export const faultEvents = (member: Member, findings: readonly Finding[]): readonly EventEntry[] =>
  findings
    .filter((finding) => finding.member === member.name && finding.kind === 'fault')
    .map((finding) => entry(member, 'Warning', 'FailedBuildModel', `Failed build model due to ${faultLine(finding)}`))

/** Events for what a member should know though it was built: the texts of the webhook's warnings, by their code. */
export const noticeEvents = (member: Member, findings: readonly Finding[]): readonly EventEntry[] =>
  findings
    .filter((finding) => finding.member === member.name && (finding.kind === 'notice' || finding.kind === 'missing'))
    .map((finding) => entry(member, 'Warning', finding.code, warningText(finding)))

export const reconciledEvent = (member: Member): EventEntry =>
  entry(member, 'Normal', 'SuccessfullyReconciled', 'Successfully reconciled')

/** A load balancer is made beside the one that serves. */
export const replacingEvent = (member: Member, from: string, to: string): EventEntry =>
  entry(
    member,
    'Normal',
    'ReplacingLoadBalancer',
    `Load balancer ${to} is built to take over from ${from}, which serves until then`,
  )

/** A load balancer that takes over does not get ready. */
export const waitingEvent = (member: Member, to: string, waitsFor: readonly string[]): EventEntry =>
  entry(
    member,
    'Warning',
    'ReplacingLoadBalancer',
    `Load balancer ${to} does not take over yet: ${waitsFor.length === 0 ? 'a change is being applied' : waitsFor.join(', ')}`,
  )

/** The address of the member is that of the new load balancer now; `grace` in milliseconds. */
export const movedEvent = (member: Member, from: string, to: string, grace: number): EventEntry =>
  entry(
    member,
    'Normal',
    'SwitchedLoadBalancer',
    `Load balancer ${to} took over from ${from}, which is deleted after ${formatDuration(grace)}`,
  )

/** A target group of another kind is made beside the one that serves. */
export const replacingTargetGroupEvent = (member: Member, to: string): EventEntry =>
  entry(member, 'Normal', 'ReplacingTargetGroup', `Target group ${to} takes over once it has a healthy target`)

/** The load balancer stays although its last Ingress is deleted. */
export const protectedEvent = (member: Member, loadBalancer: string): EventEntry =>
  entry(
    member,
    'Warning',
    'DeletionProtected',
    `Load balancer ${loadBalancer} is protected from deletion; write deletion_protection.enabled=false in ${prefix}${loadBalancerAttributes.key} to let it go`,
  )

/** Protection from deletion that no annotation asked for was switched off, so that the load balancer can go. */
export const protectionOffEvent = (member: Member, loadBalancer: string): EventEntry =>
  entry(
    member,
    'Warning',
    'DeletionProtected',
    `Protection from deletion of load balancer ${loadBalancer}, which no annotation asks for, was switched off to delete it`,
  )

/** The event for a step that failed in a way that waiting alone does not mend; none for one that is tried again soon. */
export const deployEvent = (member: Member, step: Step, error: unknown): EventEntry | undefined => {
  const text = error instanceof AwsError ? awsText(error, 'name' in step ? step.name : step.is) : undefined
  return text === undefined
    ? undefined
    : entry(member, 'Warning', 'FailedDeployModel', `Failed deploy model due to ${text}`)
}

/**
 * What AWS refused, as tenants may read it: service, action, code and a fixed sentence. Request ids and account ids stay in
 * the log. Undefined for what passes by itself.
 */
export const awsText = (error: AwsError, subject: string): string | undefined => {
  const what = `${error.service}:${error.action}: ${error.code}`
  switch (error.remedy) {
    case 'throttled':
    case 'unavailable':
    case 'uncertain':
    case 'not-found':
      return undefined
    case 'denied':
      return `${what}: the role of the controller may not do this`
    case 'quota':
      return `${what}: a quota of the AWS account is used up`
    case 'in-use':
      return `${what}: ${subject} is still in use`
    case 'conflict':
    case 'duplicate':
      return `${what}: ${subject} belongs to somebody else`
    case 'invalid':
      return `${what}: AWS refuses ${subject}`
    default:
      return error.remedy satisfies never
  }
}

/** Why a step failed, as fields of a log line. */
export const failureFields = (step: Step, error: unknown): Readonly<Record<string, unknown>> => ({
  step: step.id,
  err: error,
  ...(error instanceof AwsError
    ? {
        service: error.service,
        action: error.action,
        code: error.code,
        remedy: error.remedy,
        'request-id': error.requestId ?? '',
      }
    : {}),
})

/** The listener ports that a member has by what counts of it. */
export const portsOf = (standing: Standing): readonly number[] =>
  contributionOf(standing).flatMap(({ ports }) => ports.map(({ port }) => port))
