import { list } from '../annotation/codecs/list.ts'
import { feature, setting } from '../annotation/setting.ts'

/** Subnets of the load balancer; left out, they are found by tag. */
export const subnets = setting({
  key: 'subnets',
  scope: 'group',
  merge: 'exclusive',
  codec: list,
  summary:
    'Ids of the subnets of the load balancer, or values of their tag Name, at most one per Availability Zone; found by tag when left out.',
  sample: 'subnet-0a1b2c3d4e5f60718,public-c',
})

export const subnetsFeature = feature({ name: 'subnets', settings: [subnets] })
