import type { Manifest } from '../objects.ts'
import { ageColumn, type Column, customResourceDefinition } from './definition.ts'
import { boolean, fields, integer, labelSelector, list, numberOrName, root, type Schema, text } from './schema.ts'

/**
 * `TargetGroupBinding`, field by field as aws-load-balancer-controller 3 defines it, so that its objects and ours are
 * the same ones. `v1alpha1` is served but never stored, and lacks the fields of `betaFields`.
 */
export const targetGroupBindings = (): Manifest =>
  customResourceDefinition(
    { kind: 'TargetGroupBinding', plural: 'targetgroupbindings', singular: 'targetgroupbinding', scope: 'Namespaced' },
    [
      { name: 'v1alpha1', storage: false, columns, schema: schema({}), subresources: { status: {} } },
      { name: 'v1beta1', storage: true, columns, schema: schema(betaFields()), subresources: { status: {} } },
    ],
  )

const columns: readonly Column[] = [
  column('SERVICE-NAME', '.spec.serviceRef.name', 'Service whose endpoints are the targets'),
  column('SERVICE-PORT', '.spec.serviceRef.port', 'Port of that Service'),
  column('TARGET-TYPE', '.spec.targetType', 'Whether targets are instances or IP addresses'),
  { ...column('ARN', '.spec.targetGroupARN', 'ARN of the target group'), priority: 1 },
  { ...column('NAME', '.spec.targetGroupName', 'Name of the target group'), priority: 2 },
  ageColumn,
]

function column(name: string, jsonPath: string, description: string): Column {
  return { name, type: 'string', jsonPath, description }
}

const schema = (more: Readonly<Record<string, Schema>>): Schema =>
  root('Ties a target group to a Service: the endpoints of the Service are registered as its targets.', {
    spec: fields(
      'What is bound to what.',
      {
        assumeRoleExternalId: text(
          'External id given when iamRoleArnToAssume is assumed (IAM, "The confused deputy problem").',
        ),
        iamRoleArnToAssume: text(
          'ARN of the IAM role with which the target group is reached, where it is in another AWS account.',
        ),
        multiClusterTargetGroup: boolean(
          'Whether other clusters register targets in the same target group. Theirs are then left alone.',
        ),
        networking: networking(),
        serviceRef: fields(
          'The Service and the port whose endpoints are registered.',
          {
            name: text('Name of the Service, in the namespace of this object.'),
            port: numberOrName('Number or name of the port of the Service.'),
          },
          ['name', 'port'],
        ),
        targetGroupARN: text('ARN of the target group. Taken from AWS where targetGroupName is given instead.'),
        targetGroupName: text('Name of the target group, instead of its ARN.'),
        targetType: text('Type of the targets. Taken from the target group where absent.', {
          enum: ['instance', 'ip'],
        }),
        ...more,
      },
      ['serviceRef'],
    ),
    status: fields('What the controller has done.', {
      conditions: conditions(),
      observedGeneration: integer('The metadata.generation for which targets were last registered in full.', 'int64'),
    }),
  })

const betaFields = (): Readonly<Record<string, Schema>> => ({
  ipAddressType: text('IP address type of the target group. Taken from the target group where absent.', {
    enum: ['ipv4', 'ipv6'],
  }),
  nodeSelector: labelSelector('Nodes to register, of those that may be registered, where targets are instances.'),
  targetGroupProtocol: text('Protocol of the target group. Taken from the target group where absent.', {
    enum: ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'],
  }),
  vpcID: text('VPC of the target group. Taken from the target group where absent.'),
})

const networking = (): Schema =>
  fields('Rules that let the load balancer reach the targets. They are kept in the security groups of the targets.', {
    ingress: list(
      'Traffic to let in.',
      fields(
        'Traffic from some sources to some ports.',
        {
          from: list(
            'Sources of the traffic, at least one.',
            fields('One source: either an address range or a security group.', {
              ipBlock: fields('A range of addresses.', { cidr: text('The range in CIDR notation, IPv4 or IPv6.') }, [
                'cidr',
              ]),
              securityGroup: fields(
                'Whatever belongs to a security group.',
                { groupID: text('Id of the security group.') },
                ['groupID'],
              ),
            }),
          ),
          ports: list(
            'Ports of the targets that are opened. All TCP ports where empty.',
            fields('One port.', {
              port: numberOrName(
                'Number of the port; with IP targets also its name in the Pod. All ports where absent.',
              ),
              protocol: text('Protocol of the traffic, TCP where absent.', { enum: ['TCP', 'UDP'] }),
            }),
          ),
        },
        ['from', 'ports'],
      ),
    ),
  })

const conditions = (): Schema =>
  list(
    'Conditions of this object. Ready is False with reason FailedCleanup while targets or rules could not be removed.',
    fields(
      'One condition (Kubernetes, Condition of meta/v1).',
      {
        lastTransitionTime: text('When status last changed.', { format: 'date-time' }),
        message: text('Details for people. May be empty.', { maxLength: 32768 }),
        observedGeneration: integer('The metadata.generation that the condition was computed for.', 'int64', {
          minimum: 0,
        }),
        reason: text('One word, for programs, why status is what it is.', {
          maxLength: 1024,
          minLength: 1,
          pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
        }),
        status: text('Whether the condition holds.', { enum: ['True', 'False', 'Unknown'] }),
        type: text('Name of the condition.', {
          maxLength: 316,
          pattern:
            '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
        }),
      },
      ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
    ),
    { 'x-kubernetes-list-map-keys': ['type'], 'x-kubernetes-list-type': 'map' },
  )
