import type { Answer } from '../errors.ts'
import { list, text } from '../request.ts'
import { listAt, parseXml, textAt, type Xml, type XmlRecord } from '../xml.ts'
import { elbAnswer, type HandlerContext } from './answer.ts'

/** Passes a create on without its tags, which the proxy keeps itself (moto takes ten at most), and answers what was made. */
export async function created(
  context: HandlerContext,
  kind: { readonly list: string; readonly arnName: string; readonly parameters?: Readonly<Record<string, string>> },
  read: (arn: string, made: Xml) => Promise<XmlRecord | undefined>,
): Promise<Answer> {
  const given = kind.parameters ?? context.request.parameters
  const parameters = Object.entries(given).filter(([name]) => !name.startsWith('Tags.'))
  const answer = await context.forward(Object.fromEntries(parameters))
  if (answer.status >= 400) return answer
  const [stored] = listAt(parseXml(answer.body).value, `${context.request.action}Result`, kind.list)
  const arn = textAt(stored, kind.arnName)
  if (stored === undefined || arn === undefined)
    throw new Error(`moto answered ${context.request.action} without ${kind.arnName}`)
  context.own.tags.set(arn, wantedTags(context))
  const made = await read(arn, stored)
  return made === undefined ? answer : elbAnswer(context, { [kind.list]: [made] })
}

/** Passes a change on; what follows from it is done when moto has taken it. */
export async function changed(context: HandlerContext, after: () => void | Promise<void>): Promise<Answer> {
  const answer = await context.forward()
  if (answer.status < 400) await after()
  return answer
}

function wantedTags(context: HandlerContext): ReadonlyMap<string, string> {
  return new Map(list(context.request.input, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']))
}
