import { readSecurityGroups } from '../ec2-reads.ts'
import { permissionParameters, samePermission, wantedPermissions } from '../permissions.ts'
import { list, text } from '../request.ts'
import { listAt, recordAt, textAt, type Xml } from '../xml.ts'
import { ec2Answer, type Handler, type HandlerContext } from './answer.ts'
import { interfaceAnswers } from './network-interfaces.ts'
import { pagedBy } from './ec2-lists.ts'

/** Calls of EC2 that moto answers in another way than AWS. */
export const ec2Answers: Readonly<Record<string, Handler>> = {
  CreateSecurityGroup: async (context) => {
    const answer = await context.forward()
    if (answer.status >= 400) return answer
    const tags = list(context.request.input, 'TagSpecification').flatMap((specification) => list(specification, 'Tag'))
    const tagSet = tags.map((tag) => ({ key: text(tag, 'Key') ?? '', value: text(tag, 'Value') ?? '' }))
    return ec2Answer(answer, (value) => ({ ...recordAt(value), return: 'true', tagSet }))
  },
  AuthorizeSecurityGroupIngress: async (context) => {
    const before = await inboundRules(context)
    const answer = await context.forward(
      asFlat(context, permissionParameters(wantedPermissions(context.request.input))),
    )
    if (answer.status >= 400) return answer
    noteDescriptions(context)
    const known = new Set(before.map((rule) => textAt(rule, 'securityGroupRuleId')))
    const added = (await inboundRules(context)).filter((rule) => !known.has(textAt(rule, 'securityGroupRuleId')))
    return ec2Answer(answer, (value) => ({ ...recordAt(value), securityGroupRuleSet: added }))
  },
  RevokeSecurityGroupIngress: async (context) => {
    const wanted = wantedPermissions(context.request.input)
    if (wanted.length === 0) return context.forward()
    // moto finds a rule only with the description that it was given; AWS does not look at it
    const id = text(context.request.input, 'GroupId')
    const inbound = (await readSecurityGroups(context)).find((group) => group.id === id)?.inbound ?? []
    const stored = wanted.map((permission) => inbound.find((other) => samePermission(permission, other)) ?? permission)
    return context.forward(asFlat(context, permissionParameters(stored)))
  },
  DescribeSecurityGroups: pagedBy('securityGroupInfo', {}, withPrefixListDescriptions),
  DescribeSubnets: pagedBy('subnetSet', {}, (_, subnet) => withIpv6State(subnet)),
  DescribeVpcs: pagedBy('vpcSet'),
  DescribeRouteTables: pagedBy('routeTableSet'),
  DescribeInternetGateways: pagedBy('internetGatewaySet'),
  DescribeManagedPrefixLists: pagedBy('prefixListSet'),
  ...interfaceAnswers,
}

function asFlat(
  context: HandlerContext,
  permissions: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { GroupId: text(context.request.input, 'GroupId') ?? '', ...permissions }
}

async function inboundRules(context: HandlerContext): Promise<readonly Xml[]> {
  const answer = await context.ask('ec2', 'DescribeSecurityGroupRules', {
    'Filter.1.Name': 'group-id',
    'Filter.1.Value.1': text(context.request.input, 'GroupId') ?? '',
  })
  return listAt(answer, 'securityGroupRuleSet').filter((rule) => textAt(rule, 'isEgress') === 'false')
}

/** moto writes this state as its own language shows it. */
function withIpv6State(subnet: Xml): Xml {
  const blocks = listAt(subnet, 'ipv6CidrBlockAssociationSet')
  return {
    ...recordAt(subnet),
    ipv6CidrBlockAssociationSet: blocks.map((block) => ({
      ...recordAt(block),
      ipv6CidrBlockState: { state: 'associated' },
    })),
  }
}

/** moto drops the descriptions of rules for prefix lists. */
function noteDescriptions({ request, own }: HandlerContext): void {
  const id = text(request.input, 'GroupId') ?? ''
  for (const { kind, protocol, from, to, source, description } of wantedPermissions(request.input))
    if (kind === 'PrefixListIds')
      own.prefixListDescriptions.set([id, protocol, from, to, source].join(' '), description)
}

function withPrefixListDescriptions({ own }: HandlerContext, group: Xml): Xml {
  const id = textAt(group, 'groupId') ?? ''
  const permissions = listAt(group, 'ipPermissions').map((permission) => {
    const [protocol, from, to] = ['ipProtocol', 'fromPort', 'toPort'].map((name) => textAt(permission, name) ?? '')
    const lists = listAt(permission, 'prefixListIds').map((list) => {
      const key = [id, protocol, from, to, textAt(list, 'prefixListId')].join(' ')
      const description = own.prefixListDescriptions.get(key) ?? ''
      return { ...recordAt(list), ...(description === '' ? {} : { description }) }
    })
    return { ...recordAt(permission), ...(lists.length === 0 ? {} : { prefixListIds: lists }) }
  })
  return { ...recordAt(group), ...(permissions.length === 0 ? {} : { ipPermissions: permissions }) }
}
