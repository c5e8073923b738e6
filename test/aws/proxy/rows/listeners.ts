import type { Context, Row } from '../context.ts'
import { defaultSslPolicy } from '../certificates/ssl-policies.ts'
import { type Refusal, refuse } from '../errors.ts'
import type { ListenerTls } from '../own.ts'
import { type Listener, redirectDefaults } from '../model.ts'
import { has, list, text } from '../request.ts'
import { listAt, textAt } from '../xml.ts'

/** Rows about listeners. */
export const listenerRows: readonly Row[] = [
  {
    row: 32,
    refuses: 'an unknown listener',
    actions: [
      'ModifyListener',
      'DeleteListener',
      'CreateRule',
      'AddListenerCertificates',
      'RemoveListenerCertificates',
      'DescribeListenerCertificates',
    ],
    judge: ({ request, world }) => {
      const arn = text(request.input, 'ListenerArn') ?? ''
      return world.listener(arn) === undefined ? listenerNotFound(arn) : undefined
    },
  },
  {
    row: 9,
    refuses: 'a port out of range, a protocol that an Application Load Balancer does not speak, no default action',
    actions: ['CreateListener', 'ModifyListener'],
    judge: ({ request }) => {
      const { input, action } = request
      const port = text(input, 'Port')
      const protocol = text(input, 'Protocol')
      if (action === 'CreateListener' && port === undefined)
        return refuse('ValidationError', 'A listener port must be specified')
      if (action === 'CreateListener' && protocol === undefined)
        return refuse('ValidationError', 'A listener protocol must be specified')
      if (port !== undefined && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
        return refuse('ValidationError', `Value '${port}' at 'port' must be between 1 and 65535`)
      if (protocol !== undefined && protocol !== 'HTTP' && protocol !== 'HTTPS')
        return refuse(
          'UnsupportedProtocol',
          `The protocol '${protocol}' is not supported by Application Load Balancers`,
        )
      return action === 'CreateListener' && list(input, 'DefaultActions').length === 0
        ? refuse('ValidationError', 'A listener must have at least one default action')
        : undefined
    },
  },
  {
    row: 9,
    refuses: 'a port that another listener of the load balancer has',
    actions: ['CreateListener', 'ModifyListener'],
    judge: (context) => {
      const { input } = context.request
      const own = context.world.listener(text(input, 'ListenerArn') ?? '')
      const loadBalancerArn = own?.loadBalancerArn ?? text(input, 'LoadBalancerArn') ?? ''
      const port = Number(text(input, 'Port'))
      const taken = context.world
        .listenersOf(loadBalancerArn)
        .some((listener) => listener.port === port && listener.arn !== own?.arn)
      return taken && equalListener(context) === undefined
        ? refuse(
            'DuplicateListener',
            `A listener already exists on this port for this load balancer '${loadBalancerArn}'`,
          )
        : undefined
    },
  },
  {
    row: 30,
    refuses: 'more listeners than the quota',
    actions: ['CreateListener'],
    judge: (context) => {
      const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
      return equalListener(context) === undefined &&
        context.world.listenersOf(arn).length >= context.settings.quotas.listenersPerLoadBalancer
        ? refuse('TooManyListeners', `The maximum number of listeners has been reached on load balancer '${arn}'`)
        : undefined
    },
  },
]

/** The refusal for a listener that does not exist. */
export function listenerNotFound(arn: string): Refusal {
  return refuse('ListenerNotFound', `One or more listeners not found: ${arn}`)
}

/** The listener that has the port, protocol, TLS settings and default actions of a create: AWS answers it instead of making another. */
export function equalListener({
  request,
  world,
  own,
  settings,
}: Pick<Context, 'request' | 'world' | 'own' | 'settings'>): Listener | undefined {
  const { input } = request
  if (settings.lax || request.action !== 'CreateListener') return undefined
  return world
    .listenersOf(text(input, 'LoadBalancerArn') ?? '')
    .find(
      (listener) =>
        listener.port === Number(text(input, 'Port')) &&
        listener.protocol === text(input, 'Protocol') &&
        sameTls(own.tls.get(listener.arn), request) &&
        sameDefaultActions(listener, request),
    )
}

function sameTls(tls: ListenerTls | undefined, { input }: Context['request']): boolean {
  if (tls === undefined) return !has(input, 'Certificates')
  const [certificate] = list(input, 'Certificates')
  return (
    tls.policy === (text(input, 'SslPolicy') ?? defaultSslPolicy) &&
    tls.defaultCertificate === text(certificate, 'CertificateArn') &&
    tls.mutualAuthentication === (text(input, 'MutualAuthentication', 'Mode') ?? 'off')
  )
}

function sameDefaultActions(listener: Listener, request: Context['request']): boolean {
  const wanted = list(request.input, 'DefaultActions')
  return (
    wanted.length === listener.defaultActions.length &&
    listener.defaultActions.every((action, index) => {
      const other = wanted[index]
      const config = (kind: string, name: string) =>
        (textAt(action, kind, name) ?? '') ===
        (text(other, kind, name) ?? (kind === 'RedirectConfig' ? redirectDefaults[name] : undefined) ?? '')
      const tuples = listAt(action, 'ForwardConfig', 'TargetGroups').map((tuple) => textAt(tuple, 'TargetGroupArn'))
      const wantedTuples = has(other, 'ForwardConfig')
        ? list(other, 'ForwardConfig', 'TargetGroups').map((tuple) => text(tuple, 'TargetGroupArn'))
        : [text(other, 'TargetGroupArn')].filter((arn) => arn !== undefined)
      return (
        textAt(action, 'Type') === text(other, 'Type') &&
        ['StatusCode', 'ContentType', 'MessageBody'].every((name) => config('FixedResponseConfig', name)) &&
        (textAt(action, 'Type') !== 'redirect' ||
          ['StatusCode', ...Object.keys(redirectDefaults)].every((name) => config('RedirectConfig', name))) &&
        JSON.stringify(tuples) === JSON.stringify(wantedTuples)
      )
    })
  )
}
