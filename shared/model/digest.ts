import { versionedDigest } from '../names/versioned-digest.ts'
import type { DesiredModel } from './model.ts'

/** The digest of a model, with the version of how it is made; undefined while the model holds something unknown. */
export const digestOf = (model: DesiredModel): string | undefined =>
  model.is === 'stack' && 'known' in model.stack.loadBalancer.subnets ? versionedDigest(model) : undefined
