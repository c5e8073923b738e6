import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import type {
  AuthorizeSecurityGroupIngressCommandInput,
  CreateSecurityGroupCommandInput,
  CreateTagsCommandInput,
  DeleteSecurityGroupCommandInput,
  DeleteTagsCommandInput,
  DescribeAvailabilityZonesCommandInput,
  DescribeInstancesCommandInput,
  DescribeInternetGatewaysCommandInput,
  DescribeNetworkInterfacesCommandInput,
  DescribeRouteTablesCommandInput,
  DescribeSecurityGroupsCommandInput,
  DescribeSubnetsCommandInput,
  DescribeVpcsCommandInput,
  RevokeSecurityGroupIngressCommandInput,
} from '@aws-sdk/client-ec2'
import { operation } from './operation.ts'

/* The actions of Amazon EC2 that the product calls. */

export const authorizeSecurityGroupIngress = operation(
  'ec2',
  'AuthorizeSecurityGroupIngress',
  'write',
  (clients, input: AuthorizeSecurityGroupIngressCommandInput, options) =>
    clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(input), options),
)
export const createSecurityGroup = operation(
  'ec2',
  'CreateSecurityGroup',
  'write',
  (clients, input: CreateSecurityGroupCommandInput, options) =>
    clients.ec2.send(new CreateSecurityGroupCommand(input), options),
)
export const createTags = operation('ec2', 'CreateTags', 'write', (clients, input: CreateTagsCommandInput, options) =>
  clients.ec2.send(new CreateTagsCommand(input), options),
)
export const deleteSecurityGroup = operation(
  'ec2',
  'DeleteSecurityGroup',
  'write',
  (clients, input: DeleteSecurityGroupCommandInput, options) =>
    clients.ec2.send(new DeleteSecurityGroupCommand(input), options),
)
export const deleteTags = operation('ec2', 'DeleteTags', 'write', (clients, input: DeleteTagsCommandInput, options) =>
  clients.ec2.send(new DeleteTagsCommand(input), options),
)
export const describeAvailabilityZones = operation(
  'ec2',
  'DescribeAvailabilityZones',
  'read',
  (clients, input: DescribeAvailabilityZonesCommandInput, options) =>
    clients.ec2.send(new DescribeAvailabilityZonesCommand(input), options),
)
export const describeInstances = operation(
  'ec2',
  'DescribeInstances',
  'read',
  (clients, input: DescribeInstancesCommandInput, options) =>
    clients.ec2.send(new DescribeInstancesCommand(input), options),
)
export const describeNetworkInterfaces = operation(
  'ec2',
  'DescribeNetworkInterfaces',
  'read',
  (clients, input: DescribeNetworkInterfacesCommandInput, options) =>
    clients.ec2.send(new DescribeNetworkInterfacesCommand(input), options),
)
export const describeSecurityGroups = operation(
  'ec2',
  'DescribeSecurityGroups',
  'read',
  (clients, input: DescribeSecurityGroupsCommandInput, options) =>
    clients.ec2.send(new DescribeSecurityGroupsCommand(input), options),
)
export const describeInternetGateways = operation(
  'ec2',
  'DescribeInternetGateways',
  'read',
  (clients, input: DescribeInternetGatewaysCommandInput, options) =>
    clients.ec2.send(new DescribeInternetGatewaysCommand(input), options),
)
export const describeRouteTables = operation(
  'ec2',
  'DescribeRouteTables',
  'read',
  (clients, input: DescribeRouteTablesCommandInput, options) =>
    clients.ec2.send(new DescribeRouteTablesCommand(input), options),
)
export const describeSubnets = operation(
  'ec2',
  'DescribeSubnets',
  'read',
  (clients, input: DescribeSubnetsCommandInput, options) =>
    clients.ec2.send(new DescribeSubnetsCommand(input), options),
)
export const describeVpcs = operation(
  'ec2',
  'DescribeVpcs',
  'read',
  (clients, input: DescribeVpcsCommandInput, options) => clients.ec2.send(new DescribeVpcsCommand(input), options),
)
export const revokeSecurityGroupIngress = operation(
  'ec2',
  'RevokeSecurityGroupIngress',
  'write',
  (clients, input: RevokeSecurityGroupIngressCommandInput, options) =>
    clients.ec2.send(new RevokeSecurityGroupIngressCommand(input), options),
)
