import { defaultSslPolicy, sslPolicies, sslPolicyAnswer } from '../certificates/ssl-policies.ts'
import type { ListenerTls } from '../own.ts'
import { has, text, texts } from '../request.ts'
import { namedCertificates } from '../rows/listener-certificates.ts'
import { equalListener } from '../rows/listeners.ts'
import { listAt, parseXml } from '../xml.ts'
import { elbAnswer, type Handler, type HandlerContext } from './answer.ts'
import { listenerAnswer, paged } from './describes.ts'
import { changed, created } from './stored.ts'

/** Listeners and their certificates. The TLS side is the proxy's own: moto mixes up default and other certificates. */
export const listenerAnswers: Readonly<Record<string, Handler>> = {
  CreateListener: async (context) => {
    const known = equalListener(context)
    if (known !== undefined) return elbAnswer(context, { Listeners: [listenerAnswer(context, known)] })
    const kind = { list: 'Listeners', arnName: 'ListenerArn', parameters: withoutTls(context) }
    return created(context, kind, async (arn, made) => {
      await context.world.putListener(made)
      setTls(context, arn)
      const listener = context.world.listener(arn)
      return listener === undefined ? undefined : listenerAnswer(context, listener)
    })
  },
  ModifyListener: async (context) => {
    const arn = text(context.request.input, 'ListenerArn') ?? ''
    const answer = await context.forward(withoutTls(context))
    if (answer.status >= 400) return answer
    for (const modified of listAt(parseXml(answer.body).value, 'ModifyListenerResult', 'Listeners'))
      await context.world.putListener(modified)
    setTls(context, arn)
    const listener = context.world.listener(arn)
    return elbAnswer(context, { Listeners: listener === undefined ? [] : [listenerAnswer(context, listener)] })
  },
  DeleteListener: (context) => {
    const arn = text(context.request.input, 'ListenerArn') ?? ''
    return changed(context, () => {
      context.world.forgetListener(arn)
      context.own.forget(arn)
    })
  },
  AddListenerCertificates: async (context) => {
    const wanted = namedCertificates(context)
    changeExtra(context, (extra) => [...new Set([...extra, ...wanted])])
    return elbAnswer(context, { Certificates: wanted.map((arn) => ({ CertificateArn: arn, IsDefault: 'false' })) })
  },
  RemoveListenerCertificates: async (context) => {
    const unwanted = namedCertificates(context)
    changeExtra(context, (extra) => extra.filter((arn) => !unwanted.includes(arn)))
    return elbAnswer(context, {})
  },
  DescribeListenerCertificates: async (context) => {
    const tls = context.own.tls.get(text(context.request.input, 'ListenerArn') ?? '')
    const { defaultCertificate, extraCertificates = [] } = tls ?? {}
    return paged(context, 'Certificates', [
      ...(defaultCertificate === undefined ? [] : [{ CertificateArn: defaultCertificate, IsDefault: 'true' }]),
      ...extraCertificates.map((arn) => ({ CertificateArn: arn, IsDefault: 'false' })),
    ])
  },
  DescribeSSLPolicies: async (context) => {
    const names = texts(context.request.input, 'Names')
    const wanted = Object.entries(sslPolicies).filter(
      ([name]) => !has(context.request.input, 'Names') || names.includes(name),
    )
    return paged(
      context,
      'SslPolicies',
      wanted.map(([name, protocols]) => sslPolicyAnswer(name, protocols)),
    )
  },
}

/** moto wants a certificate before it calls a listener HTTPS; each of its listeners has the same one, which does not exist. */
function withoutTls(context: HandlerContext): Readonly<Record<string, string>> {
  const { request, world } = context
  const kept = Object.entries(request.parameters).filter(
    ([name]) => !/^(Certificates|SslPolicy|MutualAuthentication|AlpnPolicy)(\.|$)/.test(name),
  )
  const arn = text(request.input, 'LoadBalancerArn')
  const placeholder = `arn:aws:iam::${arn?.split(':')[4] ?? ''}:server-certificate/placeholder`
  return Object.fromEntries([
    ...kept,
    ...(world.loadBalancer(arn ?? '') === undefined ? [] : [['Certificates.member.1.CertificateArn', placeholder]]),
  ])
}

/** What is not sent stays as it was; a listener that becomes HTTP loses it all (API reference, ModifyListener). */
function setTls(context: HandlerContext, arn: string): void {
  const { own, world, request } = context
  if (world.listener(arn)?.protocol !== 'HTTPS') {
    own.tls.delete(arn)
    return
  }
  const before: Partial<ListenerTls> = own.tls.get(arn) ?? {}
  const defaultCertificate = namedCertificates(context)[0] ?? before.defaultCertificate
  own.tls.set(arn, {
    policy: text(request.input, 'SslPolicy') ?? before.policy ?? defaultSslPolicy,
    ...(defaultCertificate === undefined ? {} : { defaultCertificate }),
    extraCertificates: before.extraCertificates ?? [],
    mutualAuthentication: text(request.input, 'MutualAuthentication', 'Mode') ?? before.mutualAuthentication ?? 'off',
  })
}

function changeExtra(context: HandlerContext, change: (extra: readonly string[]) => readonly string[]): void {
  const arn = text(context.request.input, 'ListenerArn') ?? ''
  const tls = context.own.tls.get(arn)
  if (tls !== undefined) context.own.tls.set(arn, { ...tls, extraCertificates: change(tls.extraCertificates) })
}
