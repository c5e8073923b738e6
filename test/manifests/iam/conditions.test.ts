import t from 'tap'
import { controllerPolicy } from '../../../manifests/render/iam/policies.ts'
import { allows, type Request } from './evaluate.ts'

const own = 'CLUSTER_VALUE'
const owner = 'elbv2.k8s.aws/cluster'
const region = { 'aws:RequestedRegion': 'REGION_VALUE' }
const inVpc = { 'ec2:Vpc': 'arn:PARTITION_VALUE:ec2:REGION_VALUE:ACCOUNT_VALUE:vpc/VPC_VALUE' }
const group = 'arn:PARTITION_VALUE:ec2:REGION_VALUE:ACCOUNT_VALUE:security-group/sg-1'
const anyArn = 'arn:PARTITION_VALUE:elasticloadbalancing:REGION_VALUE:ACCOUNT_VALUE:thing/1'

const resourceTag = (value: string) => ({ [`aws:ResourceTag/${owner}`]: value })
const requestTag = (value: string) => ({ [`aws:RequestTag/${owner}`]: value, 'aws:TagKeys': [owner] })

const ofNode = (cluster: string) => ({ [`aws:ResourceTag/kubernetes.io/cluster/${cluster}`]: 'owned', ...inVpc })

const actionsOf = (...sids: readonly string[]): readonly string[] =>
  controllerPolicy.Statement.filter(({ Sid }) => sids.includes(Sid)).flatMap(({ Action }) => Action)

const judged = (action: string, resource: string, keys: Request['keys']): boolean =>
  allows(controllerPolicy, { action, resource, keys: { ...region, ...keys } })

void t.test('each change of a load balancing object needs the value of our tag on it', async (t) => {
  const actions = actionsOf('ChangeOurs', 'TagOurs')
  t.ok(actions.length >= 15)
  for (const action of actions) {
    t.ok(judged(action, anyArn, resourceTag(own)), action)
    t.notOk(judged(action, anyArn, resourceTag('another-cluster')), `${action} of another cluster`)
    t.notOk(judged(action, anyArn, {}), `${action} of an object without the tag`)
    t.notOk(judged(action, anyArn, { ...resourceTag(own), 'aws:RequestedRegion': 'elsewhere' }), `${action} elsewhere`)
  }
})

void t.test('what is created carries the value of our tag from its first moment', async (t) => {
  for (const action of actionsOf('Create')) {
    t.ok(judged(action, anyArn, requestTag(own)), action)
    t.notOk(judged(action, anyArn, requestTag('another-cluster')), `${action} for another cluster`)
    t.notOk(judged(action, anyArn, {}), `${action} without tags`)
  }
  for (const action of actionsOf('CreateBelowOurs')) {
    t.ok(judged(action, anyArn, { ...requestTag(own), ...resourceTag(own) }), action)
    t.notOk(
      judged(action, anyArn, { ...requestTag(own), ...resourceTag('another-cluster') }),
      `${action} below another's`,
    )
    t.notOk(judged(action, anyArn, resourceTag(own)), `${action} without tags`)
  }
})

void t.test('an object is tagged as ours while it is created, and never later', async (t) => {
  const [add, remove] = ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'] as const
  t.ok(judged(add, anyArn, { ...requestTag(own), 'elasticloadbalancing:CreateAction': 'CreateRule' }))
  t.notOk(judged(add, anyArn, { ...requestTag('another'), 'elasticloadbalancing:CreateAction': 'CreateRule' }))
  t.notOk(judged(add, anyArn, requestTag(own)), 'an object that is there is not taken')
  t.notOk(judged(add, anyArn, { ...resourceTag(own), ...requestTag('another') }), 'nor given away')
  t.notOk(judged(remove, anyArn, { ...resourceTag(own), 'aws:TagKeys': ['ingress.k8s.aws/stack'] }), 'nor let go')
  t.ok(judged(add, anyArn, { ...resourceTag(own), 'aws:TagKeys': ['Team'] }), 'other tags change')
})

void t.test('the same holds for security groups, in our VPC alone', async (t) => {
  const vpc = 'arn:PARTITION_VALUE:ec2:REGION_VALUE:ACCOUNT_VALUE:vpc/VPC_VALUE'
  t.ok(judged('ec2:CreateSecurityGroup', group, requestTag(own)))
  t.notOk(judged('ec2:CreateSecurityGroup', group, {}))
  t.ok(judged('ec2:CreateSecurityGroup', vpc, {}))
  t.notOk(judged('ec2:CreateSecurityGroup', vpc.replace('VPC_VALUE', 'vpc-other'), {}))
  t.ok(judged('ec2:CreateTags', group, { ...requestTag(own), 'ec2:CreateAction': 'CreateSecurityGroup' }))
  t.notOk(judged('ec2:CreateTags', group, { ...requestTag(own), 'ec2:CreateAction': 'RunInstances' }))
  t.notOk(judged('ec2:CreateTags', group, requestTag(own)), 'a group that is there is not taken')
  t.notOk(judged('ec2:DeleteTags', group, { ...resourceTag(own), 'aws:TagKeys': [owner] }))
  for (const action of actionsOf('ChangeOurSecurityGroups')) {
    t.ok(judged(action, group, { ...resourceTag(own), ...inVpc }), action)
    t.notOk(judged(action, group, { ...resourceTag('another-cluster'), ...inVpc }), action)
    t.notOk(judged(action, group, resourceTag(own)), `${action} outside the VPC`)
  }
})

void t.test(
  'rules of a node group change where it carries the tag of the cluster; the group itself never',
  async (t) => {
    for (const action of ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress']) {
      t.ok(judged(action, group, ofNode(own)), action)
      t.notOk(judged(action, group, ofNode('another-cluster')), action)
    }
    for (const action of ['ec2:DeleteSecurityGroup', 'ec2:CreateTags', 'ec2:DeleteTags']) {
      t.notOk(judged(action, group, { ...ofNode(own), 'aws:TagKeys': ['Team'] }), action)
    }
  },
)
