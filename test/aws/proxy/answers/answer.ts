import type { Health } from '../../data-plane/health.ts'
import type { Context } from '../context.ts'
import type { Answer } from '../errors.ts'
import { parseXml, renderXml, type Xml, type XmlRecord } from '../xml.ts'

/** How an action is answered once no row has refused it. */
export type Handler = (context: HandlerContext) => Promise<Answer>

/** What a handler works with, beside what a call is judged by. */
export interface HandlerContext extends Context {
  readonly requestId: string
  readonly accountId: string
  /** Passes the call on to moto, with other parameters where given. */
  forward(parameters?: Readonly<Record<string, string>>): Promise<Answer>
  /** What the data plane has found by probing a target; undefined: it has no address. */
  readonly health: (targetGroupArn: string, id: string, port: number) => Health | undefined
}

/** An answer of Elastic Load Balancing with this result. */
export function elbAnswer(context: Pick<HandlerContext, 'request' | 'requestId'>, result: XmlRecord): Answer {
  const { action } = context.request
  const body = renderXml(
    {
      root: `${action}Response`,
      attributes: ' xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"',
      value: { [`${action}Result`]: result, ResponseMetadata: { RequestId: context.requestId } },
    },
    'member',
  )
  return { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': context.requestId }, body }
}

/** An answer of a service that speaks JSON. */
export function jsonAnswer({ requestId }: Pick<HandlerContext, 'requestId'>, value: object): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId }
  return { status: 200, headers, body: JSON.stringify(value) }
}

/** An answer of EC2 that moto gave, with another content. */
export function ec2Answer(answer: Answer, change: (value: Xml) => Xml): Answer {
  const document = parseXml(answer.body)
  return { ...answer, body: renderXml({ ...document, value: change(document.value) }, 'item') }
}

/** Splits a list into pages: the page that a token asks for, and the token of the next one. */
export function page<T>(
  all: readonly T[],
  options: { readonly token: string | undefined; readonly size: number; readonly forced: number },
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const start = Number(options.token?.replace(/^page-/, '') ?? 0)
  const size = options.forced > 0 ? Math.min(options.size, options.forced) : options.size
  const end = start + size
  return { items: all.slice(start, end), next: end < all.length ? `page-${end}` : undefined }
}
