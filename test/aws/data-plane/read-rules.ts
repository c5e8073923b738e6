import type { Listener, Rule } from '../proxy/model.ts'
import { listAt, textAt, type Xml, type XmlRecord } from '../proxy/xml.ts'
import type { JudgedAction, JudgedCondition, JudgedListener, JudgedRule } from './judge.ts'

/** A listener of the account with its rules, as the judge takes it. */
export function judgedListener(listener: Listener, rules: readonly Rule[]): JudgedListener {
  return { protocol: listener.protocol, port: listener.port, rules: rules.map(judgedRule) }
}

function judgedRule({ priority, conditions, actions }: Rule): JudgedRule {
  const inOrder = actions.toSorted(
    (left, right) => Number(textAt(left, 'Order') ?? 1) - Number(textAt(right, 'Order') ?? 1),
  )
  return {
    priority,
    conditions: conditions.map(judgedCondition),
    actions: inOrder.flatMap((action) => judgedAction(action)),
  }
}

function judgedCondition(condition: XmlRecord): JudgedCondition {
  const field = textAt(condition, 'Field')
  switch (field) {
    case 'host-header':
      return { field, values: valuesAt(condition, 'HostHeaderConfig') }
    case 'path-pattern':
      return { field, values: valuesAt(condition, 'PathPatternConfig') }
    case 'http-request-method':
      return { field, values: valuesAt(condition, 'HttpRequestMethodConfig') }
    case 'source-ip':
      return { field, values: valuesAt(condition, 'SourceIpConfig') }
    case 'http-header':
      return {
        field,
        name: textAt(condition, 'HttpHeaderConfig', 'HttpHeaderName') ?? '',
        values: valuesAt(condition, 'HttpHeaderConfig'),
      }
    case 'query-string':
      return { field, values: listAt(condition, 'QueryStringConfig', 'Values').map(queryPair) }
    default:
      throw new Error(`no such condition: ${field}`)
  }
}

function valuesAt(condition: XmlRecord, form: string): readonly string[] {
  return listAt(condition, form, 'Values').filter((value) => typeof value === 'string')
}

function queryPair(value: Xml): { readonly key?: string; readonly value: string } {
  const key = textAt(value, 'Key')
  return { value: textAt(value, 'Value') ?? '', ...(key === undefined ? {} : { key }) }
}

function judgedAction(action: XmlRecord): readonly JudgedAction[] {
  const type = textAt(action, 'Type')
  switch (type) {
    case 'forward': {
      const sticky = textAt(action, 'ForwardConfig', 'TargetGroupStickinessConfig', 'Enabled') === 'true'
      const seconds = Number(textAt(action, 'ForwardConfig', 'TargetGroupStickinessConfig', 'DurationSeconds') ?? 0)
      const targetGroups = listAt(action, 'ForwardConfig', 'TargetGroups').map(weighted)
      return [{ type, targetGroups, ...(sticky ? { stickinessSeconds: seconds } : {}) }]
    }
    case 'redirect': {
      const part = (name: string, key: string) => {
        const value = textAt(action, 'RedirectConfig', name)
        return value === undefined ? {} : { [key]: value }
      }
      return [
        {
          type,
          statusCode: textAt(action, 'RedirectConfig', 'StatusCode') === 'HTTP_301' ? 'HTTP_301' : 'HTTP_302',
          ...part('Protocol', 'protocol'),
          ...part('Host', 'host'),
          ...part('Port', 'port'),
          ...part('Path', 'path'),
          ...part('Query', 'query'),
        },
      ]
    }
    case 'fixed-response': {
      const contentType = textAt(action, 'FixedResponseConfig', 'ContentType')
      const messageBody = textAt(action, 'FixedResponseConfig', 'MessageBody')
      return [
        {
          type,
          statusCode: textAt(action, 'FixedResponseConfig', 'StatusCode') ?? '',
          ...(contentType === undefined ? {} : { contentType }),
          ...(messageBody === undefined ? {} : { messageBody }),
        },
      ]
    }
    default:
      throw new Error(`no such action: ${type}`)
  }
}

function weighted(tuple: Xml): { readonly arn: string; readonly weight: number } {
  return { arn: textAt(tuple, 'TargetGroupArn') ?? '', weight: Number(textAt(tuple, 'Weight') ?? 1) }
}
