import { nearest } from '../../text/nearest.ts'
import { quote } from '../../text/quote.ts'
import type { Fact, Subnet } from '../facts.ts'

/** An entry that begins `subnet-` is an id; others are values of the tag Name within the VPC. */
export const isSubnetId = (entry: string): boolean => entry.startsWith('subnet-')

/** Whether an entry is meant as an id and cannot be one. */
export const isMalformed = (entry: string): boolean => isSubnetId(entry) && !/^subnet-[0-9a-f]+$/.test(entry)

/** What an entry stands for. A Name that is written several times stands for as many subnets. */
export interface SubnetEntry {
  readonly entry: string
  readonly subnet: Fact<Subnet>
}

/** Where entries are looked up. */
export interface SubnetLookUp {
  /** What is known of one id. */
  readonly byId: (id: string) => Fact<Subnet>
  /** All subnets of the VPC. */
  readonly ofVpc: Fact<readonly Subnet[]>
}

/** Looks up each entry, in the order written; the subnets that bear one Name are taken by ascending id. */
export const lookUpEntries = (entries: readonly string[], { byId, ofVpc }: SubnetLookUp): readonly SubnetEntry[] => {
  const taken = new Map<string, number>()
  return entries.map((entry) => {
    if (isSubnetId(entry)) return { entry, subnet: byId(entry) }
    if (ofVpc.is !== 'present') return { entry, subnet: ofVpc }
    const nth = taken.get(entry) ?? 0
    taken.set(entry, nth + 1)
    const found = named(ofVpc.value, entry)[nth]
    return { entry, subnet: found === undefined ? { is: 'absent' } : { is: 'present', value: found } }
  })
}

const named = (subnets: readonly Subnet[], name: string): readonly Subnet[] =>
  subnets.filter(({ tags }) => tags['Name'] === name).toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** Why a Name finds nothing, and what may have been meant. */
export const notNamed = (
  entry: string,
  asked: number,
  { ofVpc }: SubnetLookUp,
  vpcId: string,
): { readonly message: string; readonly fix: string } => {
  const all = ofVpc.is === 'present' ? ofVpc.value : []
  const borne = named(all, entry).length
  if (borne > 0)
    return {
      message: `is asked ${asked} times, and ${borne} subnet${borne === 1 ? ' bears' : 's bear'} this tag Name`,
      fix: borne === 1 ? 'name other subnets beside it' : `write it ${borne} times or name other subnets`,
    }
  const names = all.flatMap(({ tags }) => tags['Name'] ?? []).filter((name) => name !== '')
  const hint = nearest(entry, names, 'value')
  return {
    message: `no subnet of ${vpcId} has this tag Name`,
    fix: hint === undefined ? `write an id that 'aws ec2 describe-subnets' shows` : `did you mean ${quote(hint)}?`,
  }
}
