import type { Row } from '../context.ts'
import { type Refusal, refuse } from '../errors.ts'
import { type Input, list, text, texts } from '../request.ts'

const onlyOnce = ['host-header', 'path-pattern', 'http-request-method', 'source-ip']

const forms: Readonly<Record<string, string>> = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
  'http-header': 'HttpHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'query-string': 'QueryStringConfig',
  'source-ip': 'SourceIpConfig',
}

/** Row 18: conditions of rules. The limits are those of "Condition types for listener rules". */
export const conditionRows: readonly Row[] = [
  {
    row: 18,
    refuses: 'no condition',
    actions: ['CreateRule'],
    judge: ({ request }) =>
      list(request.input, 'Conditions').length === 0
        ? refuse('ValidationError', 'A condition must be specified')
        : undefined,
  },
  {
    row: 18,
    refuses: 'an unknown field, an empty condition, a value that its field does not take',
    actions: ['CreateRule', 'ModifyRule'],
    judge: ({ request }) => {
      for (const condition of list(request.input, 'Conditions')) {
        const refusal = judgeCondition(condition)
        if (refusal !== undefined) return refusal
      }
      return undefined
    },
  },
  {
    row: 18,
    refuses: 'two conditions on host, path, method or source address',
    actions: ['CreateRule', 'ModifyRule'],
    judge: ({ request }) => {
      const fields = list(request.input, 'Conditions').map((condition) => text(condition, 'Field') ?? '')
      const twice = onlyOnce.find((field) => fields.filter((other) => other === field).length > 1)
      return twice === undefined
        ? undefined
        : refuse('ValidationError', `A rule can only have one '${twice}' condition`)
    },
  },
  {
    row: 18,
    refuses: 'over 5 values or 5 wildcards in a rule',
    actions: ['CreateRule', 'ModifyRule'],
    judge: ({ request }) => {
      const values = list(request.input, 'Conditions').flatMap(valuesOf)
      if (values.length > 5)
        return refuse('ValidationError', `A rule can only have '5' condition values, and has ${values.length}`)
      const wildcards = values.join('').match(/[*?]/g)?.length ?? 0
      return wildcards > 5
        ? refuse('ValidationError', `A rule can only have '5' condition wildcards, and has ${wildcards}`)
        : undefined
    },
  },
]

function judgeCondition(condition: Input): Refusal | undefined {
  const field = text(condition, 'Field') ?? ''
  const form = forms[field]
  if (form === undefined)
    return refuse('ValidationError', `Condition field '${field}' must be one of ${Object.keys(forms).join(', ')}`)
  const other = Object.values(forms).find((name) => name !== form && list(condition, name, 'Values').length > 0)
  if (other !== undefined) return refuse('ValidationError', `'${other}' cannot be given for the field '${field}'`)
  // moto cannot hold regular expressions: what it does with them is not hidden by a refusal
  if (list(condition, form, 'RegexValues').length > 0) return undefined
  const values = valuesOf(condition)
  if (values.length === 0 || values.includes(''))
    return refuse('ValidationError', `A condition value of '${field}' must be specified`)
  const long = values.find((value) => value.length > 128)
  if (long !== undefined)
    return refuse('ValidationError', `The '${field}' value '${long}' is longer than 128 characters`)
  const wrong = values.find((value) => !valid(field, value))
  if (wrong !== undefined) return refuse('ValidationError', `The '${field}' value '${wrong}' is not valid`)
  const header = text(condition, form, 'HttpHeaderName')
  if (field === 'http-header' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/.test(header ?? ''))
    return refuse('ValidationError', `The HTTP header name '${header}' is not valid`)
  if (header?.toLowerCase() === 'host')
    return refuse('ValidationError', "The HTTP header name 'Host' is not allowed; use the field 'host-header'")
  return undefined
}

function valid(field: string, value: string): boolean {
  switch (field) {
    case 'host-header':
      return /^[A-Za-z0-9.*?-]+$/.test(value) && /\.[A-Za-z]+$/.test(value)
    case 'path-pattern':
      return /^[A-Za-z0-9_\-.$/~"'@:+&*?]+$/.test(value)
    case 'http-request-method':
      return /^[A-Z_-]{1,40}$/.test(value)
    case 'source-ip':
      return isNetwork(value) && value !== '255.255.255.255/32'
    default:
      return true
  }
}

/** A CIDR block without host bits. */
function isNetwork(value: string): boolean {
  const [address = '', length = ''] = value.split('/')
  if (!/^\d{1,3}$/.test(length)) return false
  if (address.includes(':')) return /^[0-9a-fA-F:]+$/.test(address) && Number(length) <= 128
  const parts = address.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255)) || Number(length) > 32) return false
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('')
  return !bits.slice(Number(length)).includes('1')
}

function valuesOf(condition: Input): readonly string[] {
  const form = forms[text(condition, 'Field') ?? ''] ?? ''
  const configured = list(condition, form, 'Values').map((value) =>
    typeof value === 'string' ? value : `${text(value, 'Key') ?? ''}${text(value, 'Value') ?? ''}`,
  )
  return [...configured, ...texts(condition, 'Values')]
}
