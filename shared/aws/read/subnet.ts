import type { AvailabilityZone, Subnet as SubnetAnswer } from '@aws-sdk/client-ec2'
import type { Subnet } from '../../ingress/facts.ts'
import { readTags } from './tags.ts'

export type ZoneTypes = ReadonlyMap<string, Subnet['zoneType']>

/**
 * Whether a zone is an ordinary one by its name: the region's and one letter. Those of Local Zones and Wavelength Zones name
 * their place: `us-west-2-lax-1a` (Amazon EC2 user guide, "Regions and Zones").
 */
export const isAvailabilityZone = (zone: string, region: string): boolean =>
  zone.length === region.length + 1 && zone.startsWith(region)

/** Zone types by zone name (EC2 API, `AvailabilityZone.ZoneType`). */
export const readZoneTypes = (answer: readonly AvailabilityZone[]): ZoneTypes =>
  new Map(
    answer.flatMap((zone) =>
      zone.ZoneName !== undefined && (zone.ZoneType === 'local-zone' || zone.ZoneType === 'wavelength-zone')
        ? [[zone.ZoneName, zone.ZoneType] as const]
        : [],
    ),
  )

/** A subnet as EC2 answers it (EC2 API, `Subnet`). A zone whose type is not known counts as an ordinary one. */
export const readSubnet = (answer: SubnetAnswer, zoneTypes: ZoneTypes): Subnet | undefined => {
  if (answer.SubnetId === undefined) return undefined
  const zone = answer.AvailabilityZone ?? ''
  return {
    id: answer.SubnetId,
    vpcId: answer.VpcId ?? '',
    availabilityZone: zone,
    zoneType: (answer.OutpostArn ?? '') !== '' ? 'outpost' : (zoneTypes.get(zone) ?? 'availability-zone'),
    freeAddresses: answer.AvailableIpAddressCount ?? 0,
    cidr: answer.CidrBlock ?? '',
    hasIpv6: (answer.Ipv6CidrBlockAssociationSet ?? []).some(
      (association) => association.Ipv6CidrBlockState?.State === 'associated',
    ),
    tags: readTags(answer.Tags),
  }
}
