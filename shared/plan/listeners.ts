import type { DesiredListener, ListenerTls } from '../model/model.ts'
import type { ObservedListener } from '../model/observed.ts'
import { sameAction } from './compare.ts'
import { type GroupWorld, planTags, type StepWriter } from './context.ts'
import { finalAction, planRules, ruleAction, type TargetGroupRefs } from './rules.ts'
import type { ListenerDefaults, Ref } from './step.ts'

/**
 * Listeners of one load balancer, matched by port. New ones come first, with their rules, so that a live one may redirect
 * to them; a live one gets its new rules before its default action changes.
 */
export const planListeners = (
  writer: StepWriter,
  world: GroupWorld,
  loadBalancer: Ref,
  desired: readonly DesiredListener[],
  observed: readonly ObservedListener[],
  refs: TargetGroupRefs,
): void => {
  const planned = desired.map((listener) => ({
    desired: listener,
    observed: observed.find(({ port }) => port === listener.port),
  }))
  for (const pair of planned) {
    if (pair.observed !== undefined) continue
    const ref = planNew(writer, loadBalancer, pair.desired, refs)
    planRules(writer, world, { ref, desired: pair.desired, observed: undefined }, refs)
    planFinal(writer, world, pair.desired, ref, refs)
  }
  for (const pair of planned) {
    if (pair.observed === undefined) continue
    planRules(writer, world, { ref: { arn: pair.observed.arn }, ...pair }, refs)
    planLive(writer, world, pair.desired, pair.observed, refs)
    planFinal(writer, world, pair.desired, { arn: pair.observed.arn }, refs)
  }
  for (const live of observed)
    if (!desired.some(({ port }) => port === live.port))
      writer.add(String(live.port), 'remove', [], {
        is: 'delete-listener',
        listener: { arn: live.arn },
        port: live.port,
      })
}

const planNew = (writer: StepWriter, loadBalancer: Ref, desired: DesiredListener, refs: TargetGroupRefs): Ref => {
  const { port, protocol, tags } = desired
  const subject = String(port)
  const because = membersOf(desired)
  const made = writer.add(subject, 'make', because, {
    is: 'create-listener',
    loadBalancer,
    port,
    protocol,
    ...defaultsOf(desired),
    defaultAction: ruleAction({ action: desired.defaultAction }, refs),
    tags,
  })
  addCertificates(writer, subject, because, made, desired.tls?.certificates ?? [])
  return made
}

const planLive = (
  writer: StepWriter,
  world: GroupWorld,
  desired: DesiredListener,
  observed: ObservedListener,
  refs: TargetGroupRefs,
): void => {
  const { port, protocol, tags } = desired
  const subject = String(port)
  const because = membersOf(desired)
  const listener: Ref = { arn: observed.arn }
  const missing = missingCertificates(desired.tls, observed.tls)
  const isHttpsAlready = observed.protocol === 'HTTPS'
  if (isHttpsAlready) addCertificates(writer, subject, because, listener, missing)
  if (
    observed.protocol !== protocol ||
    !sameTls(desired.tls, observed.tls) ||
    !sameAction(desired.defaultAction, observed.defaultActions, refs)
  ) {
    const defaultAction = ruleAction({ action: desired.defaultAction }, refs)
    writer.add(subject, 'switch', because, {
      is: 'modify-listener',
      listener,
      port,
      protocol,
      ...defaultsOf(desired),
      defaultAction,
    })
  }
  if (!isHttpsAlready) addCertificates(writer, subject, because, listener, missing)
  planTags(writer, world, `listener-${subject}`, because, listener, {
    wanted: tags,
    found: observed.tags,
    legacy: false,
  })
  const wanted = desired.tls?.certificates ?? []
  const unwanted = (observed.tls?.certificates ?? []).filter((arn) => !wanted.includes(arn))
  if (protocol === 'HTTPS')
    for (const certificate of unwanted)
      writer.add(`${subject}/${certificate}`, 'remove', because, {
        is: 'remove-listener-certificate',
        listener,
        certificate,
      })
}

/** The default action once its target group has healthy targets. */
const planFinal = (
  writer: StepWriter,
  { whole }: GroupWorld,
  desired: DesiredListener,
  listener: Ref,
  refs: TargetGroupRefs,
): void => {
  const action = finalAction({ action: desired.defaultAction }, refs)
  if (!whole || action === undefined) return
  const { port, protocol } = desired
  writer.add(`${port}/healthy`, 'switch', membersOf(desired), {
    is: 'modify-listener',
    listener,
    port,
    protocol,
    ...defaultsOf(desired),
    defaultAction: action,
  })
}

const membersOf = ({ rules }: DesiredListener): readonly string[] => [...new Set(rules.map(({ member }) => member))]

const defaultsOf = ({ tls }: DesiredListener): { readonly tls?: ListenerDefaults } =>
  tls === undefined ? {} : { tls: { defaultCertificate: tls.defaultCertificate, sslPolicy: tls.sslPolicy } }

const addCertificates = (
  writer: StepWriter,
  subject: string,
  because: readonly string[],
  listener: Ref,
  certificates: readonly string[],
): void => {
  for (const certificate of certificates)
    writer.add(`${subject}/${certificate}`, 'make', because, { is: 'add-listener-certificate', listener, certificate })
}

/**
 * Certificates that the listener does not choose among yet. One that lacks only its own default among them was made by an
 * older aws-load-balancer-controller and is not written for that alone.
 */
const missingCertificates = (
  desired: ListenerTls | undefined,
  observed: ListenerTls | undefined,
): readonly string[] => {
  const missing = (desired?.certificates ?? []).filter((arn) => !(observed?.certificates ?? []).includes(arn))
  const [only] = missing
  return missing.length === 1 && only === observed?.defaultCertificate ? [] : missing
}

const sameTls = (desired: ListenerTls | undefined, observed: ListenerTls | undefined): boolean =>
  desired?.defaultCertificate === observed?.defaultCertificate && desired?.sslPolicy === observed?.sslPolicy
