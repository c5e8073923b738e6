import { versionedDigest } from '../names/versioned-digest.ts'
import type { DesiredModel, DesiredStack } from './model.ts'

/** The digest of a model, with the version of how it is made; undefined while the model holds something unknown. */
export const digestOf = (model: DesiredModel): string | undefined =>
  model.is === 'stack' && isKnown(model.stack) ? versionedDigest(model) : undefined

const isKnown = ({ loadBalancer, securityGroups }: DesiredStack): boolean =>
  'known' in loadBalancer.subnets && (securityGroups.is === 'managed' || 'known' in securityGroups.ids)
