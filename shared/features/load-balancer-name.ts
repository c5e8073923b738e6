import { loadBalancerNameCodec } from '../annotation/codecs/load-balancer-name.ts'
import { feature, setting } from '../annotation/setting.ts'

/** The name of the load balancer, instead of a generated one. */
export const loadBalancerName = setting({
  key: 'load-balancer-name',
  scope: 'group',
  merge: 'exclusive',
  codec: loadBalancerNameCodec,
  summary: 'The name of the load balancer when it is made; one that is there keeps its name.',
  sample: 'shop-front',
})

export const loadBalancerNameFeature = feature({ name: 'load-balancer-name', settings: [loadBalancerName] })
