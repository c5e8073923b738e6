import { readSecurityGroups } from '../ec2-reads.ts'
import { permissionParameters, samePermission, wantedPermissions } from '../permissions.ts'
import { list, text } from '../request.ts'
import { listAt, recordAt, textAt, type Xml } from '../xml.ts'
import { ec2Answer, type Handler, type HandlerContext, page } from './answer.ts'

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
  DescribeSecurityGroups: pagedBy('securityGroupInfo'),
  DescribeSubnets: pagedBy('subnetSet'),
  DescribeVpcs: pagedBy('vpcSet'),
  DescribeRouteTables: pagedBy('routeTableSet'),
  DescribeInstances: pagedBy('reservationSet'),
  DescribeNetworkInterfaces: pagedBy('networkInterfaceSet'),
  DescribeInternetGateways: pagedBy('internetGatewaySet'),
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

/** moto answers every list whole; EC2 in pages of MaxResults. */
function pagedBy(name: string): Handler {
  return async (context) => {
    const { MaxResults: size, NextToken: token, ...rest } = context.request.parameters
    const answer = await context.forward(rest)
    if (answer.status >= 400) return answer
    return ec2Answer(answer, (value) => {
      const { items, next } = page(listAt(value, name), {
        token,
        size: Number(size ?? 1000),
        forced: context.settings.pageSize,
      })
      const { nextToken: _, ...others } = recordAt(value)
      return { ...others, [name]: items, ...(next === undefined ? {} : { nextToken: next }) }
    })
  }
}
