import { BlockList, isIP } from 'node:net'
import type { Context, Row } from '../context.ts'
import { readInstances, readVpcBlocks } from '../ec2-reads.ts'
import { type Refusal, refuse } from '../errors.ts'
import { type TargetGroup, targetGroupsOf } from '../model.ts'
import { list, text } from '../request.ts'
import { textAt } from '../xml.ts'

/** Rows about targets. */
export const targetRows: readonly Row[] = [
  {
    row: 26,
    refuses: 'no target; one of the wrong type, of another VPC, unknown, or not running',
    actions: ['RegisterTargets'],
    judge: async (context) => {
      const targetGroup = context.world.targetGroup(text(context.request.input, 'TargetGroupArn') ?? '')
      const targets = wantedTargets(context)
      if (targets.length === 0) return refuse('ValidationError', 'At least one target must be specified')
      const port = targets.find((target) => !(target.port >= 1 && target.port <= 65_535))
      if (port !== undefined)
        return refuse('ValidationError', `The port of target '${port.id}' must be between 1 and 65535`)
      if (targetGroup === undefined) return undefined
      if (targetGroup.targetType === 'ip') return judgeAddresses(context, targetGroup)
      if (targetGroup.targetType !== 'instance') return undefined
      const zoned = targets.find(({ zone }) => zone !== undefined)
      if (zoned !== undefined)
        return refuse('ValidationError', `An Availability Zone cannot be specified for the instance '${zoned.id}'`)
      const ids = targets.map(({ id }) => id)
      return judgeInstances(context, ids, targetGroup.vpcId)
    },
  },
  {
    row: 30,
    refuses: 'more targets on a load balancer or in a target group than the quota',
    actions: ['RegisterTargets'],
    judge: (context) => {
      const arn = text(context.request.input, 'TargetGroupArn') ?? ''
      const { world, own, now } = context
      const { quotas } = context.settings
      const loadBalancers = [...(world.users().get(arn) ?? [])]
      const beside = new Set(
        loadBalancers
          .flatMap((loadBalancer) => world.listenersOf(loadBalancer))
          .flatMap((listener) => world.rulesOf(listener.arn))
          .flatMap((rule) => targetGroupsOf(rule.actions)),
      )
      const known = own.targetsOf(arn, now)
      const fresh = wantedTargets(context).filter(
        ({ id, port }) => !known.some((target) => target.id === id && target.port === port),
      )
      const count = [...beside.add(arn)].reduce((sum, other) => sum + own.targetsOf(other, now).length, fresh.length)
      return count > quotas.targetsPerLoadBalancer
        ? refuse('TooManyTargets', `The maximum number of targets has been reached: ${quotas.targetsPerLoadBalancer}`)
        : undefined
    },
  },
]

/** The targets that a call names; a target without a port has that of the target group. */
export function wantedTargets({ request, world }: Pick<Context, 'request' | 'world'>) {
  const targetGroup = world.targetGroup(text(request.input, 'TargetGroupArn') ?? '')
  return list(request.input, 'Targets').map((target) => {
    const zone = text(target, 'AvailabilityZone')
    return {
      id: text(target, 'Id') ?? '',
      port: Number(text(target, 'Port') ?? targetGroup?.port ?? 0),
      ...(zone === undefined ? {} : { zone }),
    }
  })
}

async function judgeInstances(context: Context, ids: readonly string[], vpcId: string): Promise<Refusal | undefined> {
  const instances = await readInstances(context)
  const wrong = ids.find((id) => !instances.some((instance) => instance.id === id && instance.vpcId === vpcId))
  if (wrong !== undefined)
    return refuse('InvalidTarget', `The following targets are not in the target group VPC '${vpcId}': '${wrong}'`)
  const stopped = ids.find((id) => instances.some((instance) => instance.id === id && instance.state !== 'running'))
  return stopped === undefined
    ? undefined
    : refuse('InvalidTarget', `The following targets are not in a running state and cannot be registered: '${stopped}'`)
}

/** Ranges outside the VPC that can be targets ("Register targets"): RFC 1918, RFC 6598. */
const outside = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const

async function judgeAddresses(context: Context, targetGroup: TargetGroup): Promise<Refusal | undefined> {
  const { vpcId, answer } = targetGroup
  const inside = new BlockList()
  for (const block of await readVpcBlocks(context, vpcId)) {
    const [address = '', length = ''] = block.split('/')
    inside.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  const allowed = new BlockList()
  for (const [address, length] of outside) allowed.addSubnet(address, length)
  const family = textAt(answer, 'IpAddressType') === 'ipv6' ? 'ipv6' : 'ipv4'
  for (const { id, zone } of wantedTargets(context)) {
    if (isIP(id) === 0) return refuse('ValidationError', `The IP address '${id}' is not a valid IPv4 or IPv6 address`)
    if ((isIP(id) === 6) !== (family === 'ipv6'))
      return refuse(
        'InvalidTarget',
        `The IP address '${id}' is not of the IP address type '${family}' of the target group`,
      )
    if (inside.check(id, family)) continue
    if (zone === undefined)
      return refuse(
        'InvalidTarget',
        `The Availability Zone must be 'all' for the IP address '${id}' outside VPC '${vpcId}'`,
      )
    if (zone !== 'all')
      return refuse('ValidationError', `The Availability Zone '${zone}' is not valid for the IP address '${id}'`)
    if (!allowed.check(id, family))
      return refuse('InvalidTarget', `The IP address '${id}' is neither in VPC '${vpcId}' nor in a private range`)
  }
  return undefined
}
