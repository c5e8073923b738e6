/** The parts of an Amazon Resource Name (AWS General Reference, "Amazon Resource Names"). */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Splits an ARN; undefined for a text that is none. */
export const readArn = (text: string): Arn | undefined => {
  const match = /^arn:([a-z-]{1,20}):([a-z0-9-]{1,40}):([a-z0-9-]{0,30}):([0-9]{0,12}):(\S{1,1024})$/.exec(text)
  const [, partition, service, region, account, resource] = match ?? []
  if (partition === undefined || service === undefined || region === undefined) return undefined
  if (account === undefined || resource === undefined) return undefined
  return { partition, service, region, account, resource }
}

/** The partition of a region, by how the region begins (botocore, `partitions.json`). */
export const partitionOf = (region: string): string =>
  Object.entries(partitions).find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws'

const partitions = {
  'cn-': 'aws-cn',
  'us-gov-': 'aws-us-gov',
  'us-iso-': 'aws-iso',
  'us-isob-': 'aws-iso-b',
  'eu-isoe-': 'aws-iso-e',
  'us-isof-': 'aws-iso-f',
  'eusc-': 'aws-eusc',
} as const
