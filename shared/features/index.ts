import type { Feature } from '../annotation/setting.ts'
import { loadBalancerAttributesFeature } from './attributes/load-balancer.ts'
import { targetGroupAttributesFeature } from './attributes/target-group.ts'
import { backends, backendsAlone } from './backends.ts'
import { exposure } from './exposure.ts'
import { healthCheck } from './health-check.ts'
import { inbound } from './inbound.ts'
import { listeners } from './listeners.ts'
import { securityGroupsFeature } from './security-groups.ts'
import { loadBalancerNameFeature } from './load-balancer-name.ts'
import { subnetsFeature } from './subnets.ts'
import { tagsFeature } from './tags.ts'
import { tls } from './tls.ts'

/** Every feature of the product; the only list. */
export const features: readonly Feature[] = [
  exposure,
  listeners,
  securityGroupsFeature,
  inbound,
  tls,
  subnetsFeature,
  backends,
  healthCheck,
  loadBalancerNameFeature,
  loadBalancerAttributesFeature,
  targetGroupAttributesFeature,
  tagsFeature,
]

/** Every annotation of the product. */
export const settings = features.flatMap((feature) => feature.settings)

/** The features that a Service may override for its own backends. */
export const backendFeatures: readonly Feature[] = features.filter((feature) =>
  feature.settings.every((setting) => setting.scope === 'backend'),
)

/**
 * The features for the annotations of one object alone: without the rules between values of which an Ingress may write
 * one and a Service the other, which are asked for each backend.
 */
export const withoutBackendRules = (all: readonly Feature[]): readonly Feature[] =>
  all.map((feature) => {
    if (feature === healthCheck) return { name: feature.name, settings: feature.settings }
    return feature === backends ? backendsAlone : feature
  })
