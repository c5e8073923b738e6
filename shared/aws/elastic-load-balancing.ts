import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
  SetIpAddressTypeCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  AddListenerCertificatesCommand,
  RemoveListenerCertificatesCommand,
  DescribeListenerCertificatesCommand,
  DescribeSSLPoliciesCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  AddTagsCommandInput,
  CreateListenerCommandInput,
  CreateLoadBalancerCommandInput,
  CreateRuleCommandInput,
  CreateTargetGroupCommandInput,
  DeleteListenerCommandInput,
  DeleteLoadBalancerCommandInput,
  DeleteRuleCommandInput,
  DeleteTargetGroupCommandInput,
  DeregisterTargetsCommandInput,
  DescribeListenersCommandInput,
  DescribeLoadBalancersCommandInput,
  DescribeRulesCommandInput,
  DescribeTagsCommandInput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetHealthCommandInput,
  ModifyListenerCommandInput,
  ModifyRuleCommandInput,
  ModifyTargetGroupCommandInput,
  RegisterTargetsCommandInput,
  RemoveTagsCommandInput,
  SetIpAddressTypeCommandInput,
  SetRulePrioritiesCommandInput,
  SetSecurityGroupsCommandInput,
  SetSubnetsCommandInput,
  AddListenerCertificatesCommandInput,
  RemoveListenerCertificatesCommandInput,
  DescribeListenerCertificatesCommandInput,
  DescribeSSLPoliciesCommandInput,
  DescribeLoadBalancerAttributesCommandInput,
  DescribeTargetGroupAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandInput,
  ModifyTargetGroupAttributesCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { operation } from './operation.ts'

/* The actions of Elastic Load Balancing (version 2015-12-01) that the product calls. */

export const addTags = operation(
  'elasticloadbalancing',
  'AddTags',
  'write',
  (clients, input: AddTagsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new AddTagsCommand(input), options),
)
export const createListener = operation(
  'elasticloadbalancing',
  'CreateListener',
  'write',
  (clients, input: CreateListenerCommandInput, options) =>
    clients.elasticLoadBalancing.send(new CreateListenerCommand(input), options),
)
export const createLoadBalancer = operation(
  'elasticloadbalancing',
  'CreateLoadBalancer',
  'write',
  (clients, input: CreateLoadBalancerCommandInput, options) =>
    clients.elasticLoadBalancing.send(new CreateLoadBalancerCommand(input), options),
)
export const createRule = operation(
  'elasticloadbalancing',
  'CreateRule',
  'write',
  (clients, input: CreateRuleCommandInput, options) =>
    clients.elasticLoadBalancing.send(new CreateRuleCommand(input), options),
)
export const createTargetGroup = operation(
  'elasticloadbalancing',
  'CreateTargetGroup',
  'write',
  (clients, input: CreateTargetGroupCommandInput, options) =>
    clients.elasticLoadBalancing.send(new CreateTargetGroupCommand(input), options),
)
export const deleteListener = operation(
  'elasticloadbalancing',
  'DeleteListener',
  'write',
  (clients, input: DeleteListenerCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DeleteListenerCommand(input), options),
)
export const deleteLoadBalancer = operation(
  'elasticloadbalancing',
  'DeleteLoadBalancer',
  'write',
  (clients, input: DeleteLoadBalancerCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DeleteLoadBalancerCommand(input), options),
)
export const deleteRule = operation(
  'elasticloadbalancing',
  'DeleteRule',
  'write',
  (clients, input: DeleteRuleCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DeleteRuleCommand(input), options),
)
export const deleteTargetGroup = operation(
  'elasticloadbalancing',
  'DeleteTargetGroup',
  'write',
  (clients, input: DeleteTargetGroupCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DeleteTargetGroupCommand(input), options),
)
export const deregisterTargets = operation(
  'elasticloadbalancing',
  'DeregisterTargets',
  'write',
  (clients, input: DeregisterTargetsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DeregisterTargetsCommand(input), options),
)
export const describeListeners = operation(
  'elasticloadbalancing',
  'DescribeListeners',
  'read',
  (clients, input: DescribeListenersCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeListenersCommand(input), options),
)
export const describeLoadBalancers = operation(
  'elasticloadbalancing',
  'DescribeLoadBalancers',
  'read',
  (clients, input: DescribeLoadBalancersCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeLoadBalancersCommand(input), options),
)
export const describeRules = operation(
  'elasticloadbalancing',
  'DescribeRules',
  'read',
  (clients, input: DescribeRulesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeRulesCommand(input), options),
)
export const describeTags = operation(
  'elasticloadbalancing',
  'DescribeTags',
  'read',
  (clients, input: DescribeTagsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeTagsCommand(input), options),
)
export const describeTargetGroups = operation(
  'elasticloadbalancing',
  'DescribeTargetGroups',
  'read',
  (clients, input: DescribeTargetGroupsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeTargetGroupsCommand(input), options),
)
export const describeTargetHealth = operation(
  'elasticloadbalancing',
  'DescribeTargetHealth',
  'read',
  (clients, input: DescribeTargetHealthCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeTargetHealthCommand(input), options),
)
export const modifyListener = operation(
  'elasticloadbalancing',
  'ModifyListener',
  'write',
  (clients, input: ModifyListenerCommandInput, options) =>
    clients.elasticLoadBalancing.send(new ModifyListenerCommand(input), options),
)
export const modifyRule = operation(
  'elasticloadbalancing',
  'ModifyRule',
  'write',
  (clients, input: ModifyRuleCommandInput, options) =>
    clients.elasticLoadBalancing.send(new ModifyRuleCommand(input), options),
)
export const modifyTargetGroup = operation(
  'elasticloadbalancing',
  'ModifyTargetGroup',
  'write',
  (clients, input: ModifyTargetGroupCommandInput, options) =>
    clients.elasticLoadBalancing.send(new ModifyTargetGroupCommand(input), options),
)
export const registerTargets = operation(
  'elasticloadbalancing',
  'RegisterTargets',
  'write',
  (clients, input: RegisterTargetsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new RegisterTargetsCommand(input), options),
)
export const removeTags = operation(
  'elasticloadbalancing',
  'RemoveTags',
  'write',
  (clients, input: RemoveTagsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new RemoveTagsCommand(input), options),
)
export const setIpAddressType = operation(
  'elasticloadbalancing',
  'SetIpAddressType',
  'write',
  (clients, input: SetIpAddressTypeCommandInput, options) =>
    clients.elasticLoadBalancing.send(new SetIpAddressTypeCommand(input), options),
)
export const setRulePriorities = operation(
  'elasticloadbalancing',
  'SetRulePriorities',
  'write',
  (clients, input: SetRulePrioritiesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new SetRulePrioritiesCommand(input), options),
)
export const setSecurityGroups = operation(
  'elasticloadbalancing',
  'SetSecurityGroups',
  'write',
  (clients, input: SetSecurityGroupsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new SetSecurityGroupsCommand(input), options),
)
export const setSubnets = operation(
  'elasticloadbalancing',
  'SetSubnets',
  'write',
  (clients, input: SetSubnetsCommandInput, options) =>
    clients.elasticLoadBalancing.send(new SetSubnetsCommand(input), options),
)
export const addListenerCertificates = operation(
  'elasticloadbalancing',
  'AddListenerCertificates',
  'write',
  (clients, input: AddListenerCertificatesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new AddListenerCertificatesCommand(input), options),
)
export const removeListenerCertificates = operation(
  'elasticloadbalancing',
  'RemoveListenerCertificates',
  'write',
  (clients, input: RemoveListenerCertificatesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new RemoveListenerCertificatesCommand(input), options),
)
export const describeListenerCertificates = operation(
  'elasticloadbalancing',
  'DescribeListenerCertificates',
  'read',
  (clients, input: DescribeListenerCertificatesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeListenerCertificatesCommand(input), options),
)
export const describeSslPolicies = operation(
  'elasticloadbalancing',
  'DescribeSSLPolicies',
  'read',
  (clients, input: DescribeSSLPoliciesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeSSLPoliciesCommand(input), options),
)
export const describeLoadBalancerAttributes = operation(
  'elasticloadbalancing',
  'DescribeLoadBalancerAttributes',
  'read',
  (clients, input: DescribeLoadBalancerAttributesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeLoadBalancerAttributesCommand(input), options),
)
export const describeTargetGroupAttributes = operation(
  'elasticloadbalancing',
  'DescribeTargetGroupAttributes',
  'read',
  (clients, input: DescribeTargetGroupAttributesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new DescribeTargetGroupAttributesCommand(input), options),
)
export const modifyLoadBalancerAttributes = operation(
  'elasticloadbalancing',
  'ModifyLoadBalancerAttributes',
  'write',
  (clients, input: ModifyLoadBalancerAttributesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new ModifyLoadBalancerAttributesCommand(input), options),
)
export const modifyTargetGroupAttributes = operation(
  'elasticloadbalancing',
  'ModifyTargetGroupAttributes',
  'write',
  (clients, input: ModifyTargetGroupAttributesCommandInput, options) =>
    clients.elasticLoadBalancing.send(new ModifyTargetGroupAttributesCommand(input), options),
)
