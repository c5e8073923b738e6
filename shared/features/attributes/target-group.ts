import { feature, setting, valueOf } from '../../annotation/setting.ts'
import { quote } from '../../text/quote.ts'
import { targetGroupAttributesCodec, unusual } from './target-group-table.ts'

/** Attributes of target groups; only those that are named are managed. */
export const targetGroupAttributes = setting({
  key: 'target-group-attributes',
  scope: 'backend',
  places: ['service', 'ingress'],
  codec: targetGroupAttributesCodec,
  summary: 'Attributes of the target groups; one that is not named stays as it is.',
  sample: 'deregistration_delay.timeout_seconds=30,stickiness.enabled=true',
})

export const targetGroupAttributesFeature = feature({
  name: 'target-group-attributes',
  settings: [targetGroupAttributes],
  check: (values, context) => {
    const written = valueOf(values, targetGroupAttributes) ?? {}
    return [...unusual(written)].map(([key, message]) =>
      context.on(targetGroupAttributes, {
        code: 'AttributeUnusual',
        kind: 'notice',
        path: `.${key}`,
        value: quote(written[key] ?? ''),
        message,
      }),
    )
  },
})
