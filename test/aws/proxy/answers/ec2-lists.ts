import { type Input, list, text, texts } from '../request.ts'
import { listAt, recordAt, type Xml } from '../xml.ts'
import { ec2Answer, type Handler, type HandlerContext, page } from './answer.ts'

/** What of a list's object a filter looks at. */
export type FilterValues = (item: Xml) => readonly string[]

/** moto answers every list whole; EC2 in pages of MaxResults. Filters that moto does not know can be told, and a correction of each object. */
export function pagedBy(
  name: string,
  filters: Readonly<Record<string, FilterValues>> = {},
  correct: (context: HandlerContext, item: Xml) => Xml = (_, item) => item,
): Handler {
  return async (context) => {
    const { MaxResults: size, NextToken: token, ...rest } = context.request.parameters
    const wanted = list(context.request.input, 'Filter')
    const own = wanted.filter((filter) => Object.hasOwn(filters, text(filter, 'Name') ?? ''))
    const answer = await context.forward(own.length === 0 ? rest : withoutFilters(rest, wanted, own))
    if (answer.status >= 400) return answer
    return ec2Answer(answer, (value) => {
      const items = listAt(value, name)
        .map((item) => correct(context, item))
        .filter((item) => own.every((filter) => passes(filter, filters[text(filter, 'Name') ?? '']?.(item) ?? [])))
      const paged = page(items, { token, size: Number(size ?? 1000), forced: context.settings.pageSize })
      const { nextToken: _, ...others } = recordAt(value)
      return { ...others, [name]: paged.items, ...(paged.next === undefined ? {} : { nextToken: paged.next }) }
    })
  }
}

/** The parameters with the other filters alone, numbered anew. */
function withoutFilters(
  parameters: Readonly<Record<string, string>>,
  wanted: readonly Input[],
  removed: readonly Input[],
): Readonly<Record<string, string>> {
  const others = Object.entries(parameters).filter(([key]) => !key.startsWith('Filter.'))
  const kept = wanted.filter((filter) => !removed.includes(filter))
  const numbered = kept.flatMap((filter, index) => [
    [`Filter.${index + 1}.Name`, text(filter, 'Name') ?? ''] as const,
    ...texts(filter, 'Value').map((value, place) => [`Filter.${index + 1}.Value.${place + 1}`, value] as const),
  ])
  return Object.fromEntries([...others, ...numbered])
}

/** Values of a filter are alternatives; `*` and `?` are wildcards (Amazon EC2, "Filtering"). */
function passes(filter: Input, values: readonly string[]): boolean {
  return texts(filter, 'Value').some((wanted) => {
    const pattern = wanted
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return values.some((value) => new RegExp(`^${pattern}$`).test(value))
  })
}
