import * as acm from '../../../shared/aws/acm.ts'
import * as ec2 from '../../../shared/aws/ec2.ts'
import * as elb from '../../../shared/aws/elastic-load-balancing.ts'
import { getServerCertificate } from '../../../shared/aws/iam.ts'
import { tagKeys } from '../../../shared/names/tags.ts'
import {
  type Action,
  actionNames,
  type Condition,
  ec2Arn,
  placeholders,
  type Policy,
  serverCertificates,
  type Statement,
} from './statement.ts'

/*
 * Least privilege from the calls in the code: each action stands alone, reads are bound to the region, writes to the
 * exact value of the cluster's ownership tag, so that two clusters of one account cannot touch each other's objects.
 * STS GetCallerIdentity needs no permission (AWS STS API reference).
 */

const owner = tagKeys.cluster
const { cluster, region, vpc } = placeholders
const inRegion = { 'aws:RequestedRegion': region }
const ofOurs = { [`aws:ResourceTag/${owner}`]: cluster }
const asOurs = { [`aws:RequestTag/${owner}`]: cluster }
const securityGroups = ec2Arn('security-group/*')
const inVpc: Condition = { ArnEquals: { 'ec2:Vpc': ec2Arn(`vpc/${vpc}`) } }

const allow = (
  sid: string,
  actions: readonly Action[],
  equal: Readonly<Record<string, string | readonly string[]>>,
  of: { readonly resource?: string; readonly condition?: Condition } = {},
): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actionNames(actions),
  Resource: of.resource ?? '*',
  Condition: { StringEquals: { ...inRegion, ...equal }, ...of.condition },
})

/** Tags of ownership stay as they were made: an object is neither given away nor taken. */
const ownershipIsImmutable = (sid: string, actions: readonly Action[], whileCreating: string): Statement => ({
  Sid: sid,
  Effect: 'Deny',
  Action: actionNames(actions),
  Resource: '*',
  Condition: {
    'ForAnyValue:StringEquals': { 'aws:TagKeys': [owner, tagKeys.stack] },
    Null: { [whileCreating]: 'true' },
  },
})

const policy = (statements: readonly Statement[]): Policy => ({ Version: '2012-10-17', Statement: statements })

/** IAM is a service of no region. */
const readServerCertificates: Statement = {
  Sid: 'ReadServerCertificates',
  Effect: 'Allow',
  Action: actionNames([getServerCertificate]),
  Resource: serverCertificates,
}

/** What the webhook asks of AWS. It writes nothing. */
export const webhookPolicy: Policy = policy([
  allow(
    'Read',
    [
      acm.describeCertificate,
      acm.listCertificates,
      ec2.describeAvailabilityZones,
      ec2.describeInternetGateways,
      ec2.describeRouteTables,
      ec2.describeSecurityGroups,
      ec2.describeSubnets,
      elb.describeLoadBalancers,
      elb.describeSslPolicies,
      elb.describeTags,
    ],
    {},
  ),
  readServerCertificates,
])

const isRead = ({ write }: Action): boolean => !write
const elbCreateAction = 'elasticloadbalancing:CreateAction'
const ec2CreateAction = 'ec2:CreateAction'
const creations = [elb.createLoadBalancer, elb.createTargetGroup]
const creationsBelow = [elb.createListener, elb.createRule]

/** What the controller does in AWS. */
export const controllerPolicy: Policy = policy([
  allow('Read', [...Object.values(acm), ...Object.values(ec2), ...Object.values(elb)].filter(isRead), {}),
  readServerCertificates,
  allow('Create', creations, asOurs),
  allow('CreateBelowOurs', creationsBelow, { ...asOurs, ...ofOurs }),
  allow(
    'ChangeOurs',
    [
      elb.addListenerCertificates,
      elb.deleteListener,
      elb.deleteLoadBalancer,
      elb.deleteRule,
      elb.deleteTargetGroup,
      elb.deregisterTargets,
      elb.modifyListener,
      elb.modifyLoadBalancerAttributes,
      elb.modifyRule,
      elb.modifyTargetGroup,
      elb.modifyTargetGroupAttributes,
      elb.registerTargets,
      elb.removeListenerCertificates,
      elb.setIpAddressType,
      elb.setRulePriorities,
      elb.setSecurityGroups,
      elb.setSubnets,
    ],
    ofOurs,
  ),
  allow('TagWhileCreating', [elb.addTags], {
    ...asOurs,
    [elbCreateAction]: [...creations, ...creationsBelow].map(({ action }) => action),
  }),
  allow('TagOurs', [elb.addTags, elb.removeTags], ofOurs),
  ownershipIsImmutable('OwnershipIsImmutable', [elb.addTags, elb.removeTags], elbCreateAction),
  allow('CreateSecurityGroup', [ec2.createSecurityGroup], asOurs, { resource: securityGroups }),
  allow('CreateSecurityGroupInVpc', [ec2.createSecurityGroup], {}, { resource: ec2Arn(`vpc/${vpc}`) }),
  allow(
    'TagSecurityGroupWhileCreating',
    [ec2.createTags],
    { ...asOurs, [ec2CreateAction]: ec2.createSecurityGroup.action },
    { resource: securityGroups },
  ),
  allow('TagOurSecurityGroups', [ec2.createTags, ec2.deleteTags], ofOurs, { resource: securityGroups }),
  ownershipIsImmutable('OwnershipOfGroupsIsImmutable', [ec2.createTags, ec2.deleteTags], ec2CreateAction),
  allow(
    'ChangeOurSecurityGroups',
    [ec2.authorizeSecurityGroupIngress, ec2.deleteSecurityGroup, ec2.revokeSecurityGroupIngress],
    ofOurs,
    { resource: securityGroups, condition: inVpc },
  ),
  // Groups of nodes are not ours: the cluster's tag on them is the permission.
  allow(
    'ChangeRulesOfNodeGroups',
    [ec2.authorizeSecurityGroupIngress, ec2.revokeSecurityGroupIngress],
    { [`aws:ResourceTag/kubernetes.io/cluster/${cluster}`]: ['owned', 'shared'] },
    { resource: securityGroups, condition: inVpc },
  ),
])
