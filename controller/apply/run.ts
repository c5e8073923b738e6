import type { Step } from '../../shared/plan/step.ts'
import type { ApplyIo, Made, StepResult } from './io.ts'
import {
  runAddListenerCertificate,
  runRemoveListenerCertificate,
  runCreateListener,
  runDeleteListener,
  runModifyListener,
} from './listener.ts'
import {
  runCreateLoadBalancer,
  runDeleteLoadBalancer,
  runSetIpAddressType,
  runSetSecurityGroups,
  runSetSubnets,
} from './load-balancer.ts'
import { runModifyLoadBalancerAttributes, runModifyTargetGroupAttributes } from './attributes.ts'
import { resolve } from './references.ts'
import { runCreateRule, runDeleteRule, runModifyRule, runSetRulePriorities } from './rule.ts'
import {
  runAuthorizeIngress,
  runCreateSecurityGroup,
  runDeleteSecurityGroup,
  runRevokeIngress,
} from './security-group.ts'
import { runTag, runTagEc2 } from './tags.ts'
import { runCreateTargetGroup, runDeleteTargetGroup, runModifyTargetGroup } from './target-group.ts'
import { runDeregisterTargets, runRegisterTargets } from './targets.ts'

export type { ApplyIo, Made, StepOf, StepResult } from './io.ts'

/**
 * Runs one step, so that running it again after a lost answer gives the same result. Throws an `AwsError`; `uncertain`,
 * `conflict`, `duplicate` and `not-found` mean that the inventory is not what it was taken for, and must be listed anew.
 */
export const runStep = async (io: ApplyIo, step: Step, made: Made): Promise<StepResult> => {
  switch (step.is) {
    case 'create-security-group':
      return runCreateSecurityGroup(io, step)
    case 'delete-security-group':
      return runDeleteSecurityGroup(io, step, made)
    case 'authorize-ingress':
      return runAuthorizeIngress(io, step, made)
    case 'revoke-ingress':
      return runRevokeIngress(io, step, made)
    case 'tag-ec2':
      return runTagEc2(io, step, made)
    case 'create-load-balancer':
      return runCreateLoadBalancer(io, step, made)
    case 'set-security-groups':
      return runSetSecurityGroups(io, step, made)
    case 'set-subnets':
      return runSetSubnets(io, step, made)
    case 'set-ip-address-type':
      return runSetIpAddressType(io, step, made)
    case 'modify-load-balancer-attributes':
      return runModifyLoadBalancerAttributes(io, step, made)
    case 'delete-load-balancer':
      return runDeleteLoadBalancer(io, step, made)
    case 'create-target-group':
      return runCreateTargetGroup(io, step)
    case 'modify-target-group':
      return runModifyTargetGroup(io, step, made)
    case 'modify-target-group-attributes':
      return runModifyTargetGroupAttributes(io, step, made)
    case 'delete-target-group':
      return runDeleteTargetGroup(io, step, made)
    case 'create-listener':
      return runCreateListener(io, step, made)
    case 'modify-listener':
      return runModifyListener(io, step, made)
    case 'add-listener-certificate':
      return runAddListenerCertificate(io, step, made)
    case 'remove-listener-certificate':
      return runRemoveListenerCertificate(io, step, made)
    case 'delete-listener':
      return runDeleteListener(io, step, made)
    case 'create-rule':
      return runCreateRule(io, step, made)
    case 'modify-rule':
      return runModifyRule(io, step, made)
    case 'set-rule-priorities':
      return runSetRulePriorities(io, step, made)
    case 'delete-rule':
      return runDeleteRule(io, step, made)
    case 'tag':
      return runTag(io, step, made)
    case 'apply-binding': {
      const sourceGroupId = step.sourceGroup === undefined ? undefined : resolve(step.sourceGroup, made)
      const targetGroupArn = resolve(step.targetGroup, made)
      await io.applyBinding({ step, binding: step.binding, targetGroupArn, sourceGroupId })
      return { written: [] }
    }
    case 'delete-binding':
      await io.deleteBinding(step)
      return { written: [] }
    case 'await-targets':
      await io.awaitTargets(step)
      return { written: [] }
    case 'register-targets':
      return runRegisterTargets(io, step, made)
    case 'deregister-targets':
      return runDeregisterTargets(io, step, made)
    default:
      return step satisfies never
  }
}
