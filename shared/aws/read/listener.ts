import type {
  Action,
  Listener,
  RedirectActionConfig,
  Rule,
  RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tags } from '../../model/model.ts'
import type { ObservedAction, ObservedCondition, ObservedListener, ObservedRule } from '../../model/observed.ts'

/** A listener as AWS answers it (ELBv2 API, `Listener`), with its rules but for the default one. */
export const readListener = (
  answer: Listener,
  rules: readonly Rule[],
  tagsOf: (arn: string) => Tags,
  certificates: readonly string[] = [],
): ObservedListener | undefined => {
  if (answer.ListenerArn === undefined) return undefined
  return {
    arn: answer.ListenerArn,
    port: answer.Port ?? 0,
    protocol: answer.Protocol ?? '',
    ...tlsOf(answer, certificates),
    defaultActions: readActions(answer.DefaultActions),
    rules: rules.flatMap((rule) => readRule(rule, tagsOf) ?? []).toSorted((a, b) => a.priority - b.priority),
    tags: tagsOf(answer.ListenerArn),
  }
}

/** Certificates and policy of an HTTPS listener; `certificates` are those for SNI. */
const tlsOf = (answer: Listener, certificates: readonly string[]): Pick<ObservedListener, 'tls'> => {
  const [standard] = answer.Certificates ?? []
  if (answer.Protocol !== 'HTTPS' || standard?.CertificateArn === undefined) return {}
  return { tls: { defaultCertificate: standard.CertificateArn, certificates, sslPolicy: answer.SslPolicy ?? '' } }
}

/** A rule as AWS answers it (ELBv2 API, `Rule`); undefined for the default rule. */
export const readRule = (answer: Rule, tagsOf: (arn: string) => Tags): ObservedRule | undefined => {
  const priority = Number(answer.Priority)
  if (answer.RuleArn === undefined || answer.IsDefault === true || !Number.isInteger(priority)) return undefined
  return {
    arn: answer.RuleArn,
    priority,
    conditions: (answer.Conditions ?? []).map(readCondition),
    actions: readActions(answer.Actions),
    tags: tagsOf(answer.RuleArn),
  }
}

/** Of host and path conditions AWS echoes `Values` beside the config form, which wins. */
export const readCondition = (answer: RuleCondition): ObservedCondition => {
  const config = answer.Field === 'host-header' ? answer.HostHeaderConfig : answer.PathPatternConfig
  const expressions = [...(answer.RegexValues ?? []), ...(config?.RegexValues ?? [])]
  const values = config?.Values ?? answer.Values
  if (expressions.length === 0 && values !== undefined && values.length > 0) {
    if (answer.Field === 'host-header') return { field: 'host-header', values }
    if (answer.Field === 'path-pattern') return { field: 'path-pattern', values }
  }
  return { field: 'other', text: JSON.stringify(answer) }
}

/** Actions in their order; `Order` itself says nothing more. */
export const readActions = (answer: readonly Action[] | undefined): readonly ObservedAction[] =>
  (answer ?? []).toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0)).map(readAction)

/** A forward is answered in two forms, which mirror each other; stickiness is not compared, a weight only with 0. */
const readAction = (answer: Action): ObservedAction => {
  if (answer.Type === 'forward') {
    const groups = (answer.ForwardConfig?.TargetGroups ?? []).flatMap(({ TargetGroupArn: arn, Weight: weight }) =>
      arn === undefined ? [] : [{ arn, isIdle: weight === 0 }],
    )
    if (groups.length > 0) return forwardTo(groups)
    if (answer.TargetGroupArn !== undefined) return { is: 'forward', targetGroupArns: [answer.TargetGroupArn] }
  }
  const redirect = answer.RedirectConfig
  if (answer.Type === 'redirect' && isPlainRedirect(redirect))
    return { is: 'redirect', protocol: 'HTTPS', port: redirect.Port, statusCode: 'HTTP_301' }
  const fixed = answer.FixedResponseConfig
  if (answer.Type === 'fixed-response' && fixed?.StatusCode !== undefined) {
    return {
      is: 'fixed-response',
      statusCode: fixed.StatusCode,
      contentType: fixed.ContentType ?? 'text/plain',
      ...(fixed.MessageBody === undefined || fixed.MessageBody === '' ? {} : { messageBody: fixed.MessageBody }),
    }
  }
  return { is: 'other', text: JSON.stringify(answer) }
}

/** The weight of a single target group says nothing. */
const forwardTo = (
  groups: readonly { readonly arn: string; readonly isIdle: boolean }[],
): Extract<ObservedAction, { readonly is: 'forward' }> => {
  const [idle, serving] = [groups.filter(({ isIdle }) => isIdle), groups.filter(({ isIdle }) => !isIdle)]
  const arns = (of: typeof groups): readonly string[] => of.map(({ arn }) => arn)
  return idle.length === 0 || groups.length === 1
    ? { is: 'forward', targetGroupArns: arns(groups) }
    : { is: 'forward', targetGroupArns: arns(serving), idle: arns(idle) }
}

/** A redirect as `ssl-redirect` makes it: to HTTPS on a port; other parts are absent or at their keyword default. */
const isPlainRedirect = (
  redirect: RedirectActionConfig | undefined,
): redirect is RedirectActionConfig & { readonly Port: string } =>
  redirect?.Protocol === 'HTTPS' &&
  redirect.StatusCode === 'HTTP_301' &&
  redirect.Port !== undefined &&
  (redirect.Host ?? '#{host}') === '#{host}' &&
  (redirect.Path ?? '/#{path}') === '/#{path}' &&
  (redirect.Query ?? '#{query}') === '#{query}'
