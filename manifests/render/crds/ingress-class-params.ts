import type { Manifest } from '../objects.ts'
import { ageColumn, type Column, customResourceDefinition } from './definition.ts'
import { fields, integer, labelSelector, list, map, root, type Schema, text } from './schema.ts'

/**
 * `IngressClassParams`, field by field as aws-load-balancer-controller 3 defines it. A field settles for all Ingresses
 * of the class what an annotation settles for one.
 */
export const ingressClassParams = (): Manifest =>
  customResourceDefinition(
    { kind: 'IngressClassParams', plural: 'ingressclassparams', singular: 'ingressclassparam', scope: 'Cluster' },
    [{ name: 'v1beta1', storage: true, columns, schema: schema(), subresources: {} }],
  )

const columns: readonly Column[] = [
  {
    name: 'GROUP-NAME',
    type: 'string',
    jsonPath: '.spec.group.name',
    description: 'Group that the Ingresses of the class share',
  },
  { name: 'SCHEME', type: 'string', jsonPath: '.spec.scheme', description: 'Scheme of the load balancers' },
  {
    name: 'IP-ADDRESS-TYPE',
    type: 'string',
    jsonPath: '.spec.ipAddressType',
    description: 'IP address type of the load balancers',
  },
  ageColumn,
]

const schema = (): Schema =>
  root('Settings that hold for every Ingress of the IngressClasses that name this object in spec.parameters.', {
    spec: fields(
      'The settings. Each one beats the annotation of the same meaning.',
      { ...reach(), ...exposure(), ...traffic() },
      [],
      {
        'x-kubernetes-validations': [
          {
            rule: '!(has(self.prefixListsIDs) && has(self.PrefixListsIDs))',
            message: 'prefixListsIDs and PrefixListsIDs are two spellings of one field; set prefixListsIDs only',
          },
        ],
      },
    ),
  })

/** Which Ingresses, and in which load balancer they come together. */
const reach = (): Readonly<Record<string, Schema>> => ({
  namespaceSelector: labelSelector('Namespaces whose Ingresses may use the class. Absent or empty: all of them.'),
  group: fields(
    'The group of all Ingresses of the class: they share one load balancer.',
    { name: text('Name of the group.') },
    ['name'],
  ),
  loadBalancerName: text('Name of the load balancer in AWS.'),
  tags: list('Tags on all AWS objects made for Ingresses of the class.', keyAndValue('One tag.', 'tag')),
})

/** Where the load balancer stands, and who may reach it. */
const exposure = (): Readonly<Record<string, Schema>> => ({
  scheme: text('Whether the load balancer has public addresses.', { enum: ['internal', 'internet-facing'] }),
  ipAddressType: text('Which IP versions clients may use.', {
    enum: ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'],
  }),
  ipamConfiguration: fields('Where the addresses of the load balancer come from.', {
    ipv4IPAMPoolId: text('Id of the IPAM pool for its IPv4 addresses.'),
  }),
  subnets: fields('Subnets of the load balancer: either ids or tags.', {
    ids: list('Ids of the subnets. Not together with tags.', text('Id of a subnet.', { pattern: 'subnet-[0-9a-f]+' }), {
      minItems: 1,
    }),
    tags: map(
      'Subnets of the VPC that have each of these tags with one of the values listed for it. Not together with ids.',
      { type: 'array', items: { type: 'string' } },
    ),
  }),
  inboundCIDRs: list('Address ranges that may reach the listeners.', { type: 'string' }),
  prefixListsIDs: list('Ids of the prefix lists that may reach the listeners.', { type: 'string' }),
  PrefixListsIDs: list('Old spelling of prefixListsIDs, still read.', { type: 'string' }),
  wafv2AclArn: text('ARN of the AWS WAF web ACL in front of the load balancer.'),
  wafv2AclName: text('Name of the AWS WAF web ACL in front of the load balancer, instead of its ARN.'),
})

/** What the load balancer does with requests. */
const traffic = (): Readonly<Record<string, Schema>> => ({
  certificateArn: list('ARNs of the certificates of the HTTPS listeners.', { type: 'string' }),
  sslPolicy: text('Security policy of the HTTPS listeners.'),
  sslRedirectPort: text('Port of the HTTPS listener to which all HTTP listeners redirect.'),
  targetType: text('Type of the targets of all target groups.', { enum: ['instance', 'ip'] }),
  listeners: list(
    'Attributes of listeners.',
    fields('Attributes of the listener with this protocol and port.', {
      protocol: text('Protocol of the listener.'),
      port: integer('Port of the listener.', 'int32'),
      listenerAttributes: list('Attributes of the listener.', keyAndValue('One attribute.', 'attribute')),
    }),
  ),
  loadBalancerAttributes: list('Attributes of the load balancer.', keyAndValue('One attribute.', 'attribute')),
  minimumLoadBalancerCapacity: fields(
    'Capacity that is reserved for the load balancer.',
    { capacityUnits: integer('Number of load balancer capacity units.', 'int32') },
    ['capacityUnits'],
  ),
})

const keyAndValue = (description: string, what: string): Schema =>
  fields(description, { key: text(`Key of the ${what}.`), value: text(`Value of the ${what}.`) }, ['key', 'value'])
