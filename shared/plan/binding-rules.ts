import type { BindingNetworking, TargetGroupBinding } from '../kubernetes/objects.ts'
import type { SecurityGroupRule } from '../model/observed.ts'

/** Who may reach which ports of the targets, as one binding asks for it. */
export interface BindingRules {
  readonly rules: readonly PortRange[]
  /** What of `spec.networking` cannot be turned into rules. */
  readonly faults: readonly string[]
}

export type PortRange = Pick<SecurityGroupRule, 'protocol' | 'fromPort' | 'toPort' | 'source'>

type Entry = BindingNetworking['ingress'][number]

const maximumPort = 65535

/** The ports that a name may mean: those of a Pod, or none, since a node has no named ports. */
export type NamedPorts = ReadonlyMap<string, number> | 'none'

/** The rules that `spec.networking` of a binding asks for on targets with the named ports given. */
export const bindingRules = ({ spec }: TargetGroupBinding, names: NamedPorts = 'none'): BindingRules => {
  const entries = spec.networking?.ingress ?? []
  const peers = entries.map(({ from }) => from.map(sourceOf))
  const ports = entries.map((entry) => rangesOf(entry, names))
  const rules = entries.flatMap((_, index) =>
    (peers[index] ?? []).flatMap((source) =>
      source === undefined
        ? []
        : (ports[index] ?? []).flatMap((range) => (typeof range === 'string' ? [] : [{ ...range, source }])),
    ),
  )
  const nobody = peers.flat().includes(undefined)
  const named = ports.flat().filter((range) => typeof range === 'string')
  return {
    rules,
    faults: [
      ...(nobody ? ['a peer of spec.networking names neither a security group nor an IP block'] : []),
      ...named.map((name) =>
        names === 'none'
          ? `port ${JSON.stringify(name)} of spec.networking must be a number for targets of type instance`
          : `no container has the port ${JSON.stringify(name)} of spec.networking`,
      ),
    ],
  }
}

/** Whether `spec.networking` lets somebody in at a port; without it nobody of ours decides, and a named port may be any. */
export const admitsPort = ({ spec }: TargetGroupBinding, port: number): boolean =>
  spec.networking === undefined ||
  spec.networking.ingress.some(
    ({ ports }) => ports.length === 0 || ports.some((one) => typeof one.port !== 'number' || one.port === port),
  )

const sourceOf = ({ securityGroup, ipBlock }: Entry['from'][number]): SecurityGroupRule['source'] | undefined => {
  if (securityGroup !== undefined) return { is: 'group', groupId: securityGroup.groupID }
  return ipBlock === undefined ? undefined : { is: 'cidr', cidr: ipBlock.cidr }
}

/** A range for each port, or the name of a port; no ports mean all of them. */
const rangesOf = ({ ports }: Entry, names: NamedPorts): readonly (Omit<PortRange, 'source'> | string)[] =>
  (ports.length === 0 ? [{}] : ports).map(({ protocol, port: written }: Entry['ports'][number]) => {
    const port = typeof written === 'string' && names !== 'none' ? (names.get(written) ?? written) : written
    if (typeof port === 'string') return port
    return { protocol: (protocol ?? 'TCP').toLowerCase(), fromPort: port ?? 0, toPort: port ?? maximumPort }
  })
