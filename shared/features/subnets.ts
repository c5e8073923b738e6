import { list } from '../annotation/codecs/list.ts'
import { echo } from '../findings/printable.ts'
import { quote } from '../text/quote.ts'
import { feature, setting, valueOf } from '../annotation/setting.ts'

/** Subnets of the load balancer; left out, they are found by tag. */
export const subnets = setting({
  key: 'subnets',
  scope: 'group',
  merge: 'exclusive',
  codec: list,
  summary: 'Ids of the subnets of the load balancer, at most one per Availability Zone; found by tag when left out.',
  sample: 'subnet-0a1b2c3d4e5f60718,subnet-0b1c2d3e4f5061728',
})

export const subnetsFeature = feature({
  name: 'subnets',
  settings: [subnets],
  check: (values, context) => {
    const names = (valueOf(values, subnets) ?? []).filter((entry) => !entry.startsWith('subnet-'))
    return names.slice(0, 1).map((name) =>
      context.on(subnets, {
        code: 'NotSupportedYet',
        message: `${echo(quote(name))}: subnets by the tag Name are not supported yet`,
        fix: 'write subnet ids, or remove the key to have subnets found by tag',
      }),
    )
  },
})
