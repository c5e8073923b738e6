import { text, texts } from '../request.ts'
import { listAt, recordAt, textAt, type Xml } from '../xml.ts'
import type { Handler, HandlerContext } from './answer.ts'
import { pagedBy } from './ec2-lists.ts'

/** Network interfaces and instances, with all their addresses: moto finds an interface by its first one alone, and has no prefixes. */
export const interfaceAnswers: Readonly<Record<string, Handler>> = {
  DescribeNetworkInterfaces: pagedBy(
    'networkInterfaceSet',
    {
      'addresses.private-ip-address': addressesOf,
      'ipv6-addresses.ipv6-address': (item) => ipv6AddressesOf(item),
    },
    withPrefixes,
  ),
  DescribeInstances: pagedBy(
    'reservationSet',
    {
      'network-interface.addresses.private-ip-address': (reservation) => interfacesOf(reservation).flatMap(addressesOf),
      'network-interface.ipv6-addresses.ipv6-address': (reservation) =>
        interfacesOf(reservation).flatMap(ipv6AddressesOf),
    },
    (context, reservation) => ({
      ...recordAt(reservation),
      instancesSet: listAt(reservation, 'instancesSet').map((instance) => ({
        ...recordAt(instance),
        networkInterfaceSet: listAt(instance, 'networkInterfaceSet').map((item) => withPrefixes(context, item)),
      })),
    }),
  ),
  AssignPrivateIpAddresses: async (context) => {
    const { input, parameters } = context.request
    const id = text(input, 'NetworkInterfaceId') ?? ''
    const prefixes = texts(input, 'Ipv4Prefix')
    const answer = await context.forward(
      Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.startsWith('Ipv4Prefix.'))),
    )
    if (answer.status >= 400) return answer
    const { ipv4Prefixes } = context.own
    ipv4Prefixes.set(id, [...new Set([...(ipv4Prefixes.get(id) ?? []), ...prefixes])])
    return answer
  },
}

function withPrefixes({ own }: HandlerContext, item: Xml): Xml {
  const prefixes = own.ipv4Prefixes.get(textAt(item, 'networkInterfaceId') ?? '') ?? []
  return prefixes.length === 0
    ? item
    : { ...recordAt(item), ipv4PrefixSet: prefixes.map((ipv4Prefix) => ({ ipv4Prefix })) }
}

function interfacesOf(reservation: Xml): readonly Xml[] {
  return listAt(reservation, 'instancesSet').flatMap((instance) => listAt(instance, 'networkInterfaceSet'))
}

function addressesOf(item: Xml): readonly string[] {
  return listAt(item, 'privateIpAddressesSet').flatMap((address) => textAt(address, 'privateIpAddress') ?? [])
}

function ipv6AddressesOf(item: Xml): readonly string[] {
  return listAt(item, 'ipv6AddressesSet').flatMap((address) => textAt(address, 'ipv6Address') ?? [])
}
