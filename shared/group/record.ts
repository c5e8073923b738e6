import * as z from 'zod'
import type { Contribution } from '../model/contribution.ts'
import type { GroupKey, Scheme } from '../model/model.ts'
import { sha256Hex } from '../names/sha256.ts'

/**
 * What the controller remembers of a group, kept in a ConfigMap of its own namespace. A cache of intent, never of
 * ownership: without it (deleted by hand, just after a take-over) everything is read again.
 */
export interface GroupRecord {
  readonly version: 1
  /** The last good contribution of each member, by `namespace/name`. */
  readonly members: Readonly<Record<string, Contribution>>
  /** Digest of the model that was last applied in full; absent while a change is being applied. */
  readonly digest?: string
  /** Set while a load balancer takes over from another. */
  readonly replacement?: ReplacementRecord
}

/** Times of the replacement of a load balancer, in milliseconds since 1970. */
export interface ReplacementRecord {
  /** Scheme of the load balancer that takes over. */
  readonly scheme: Scheme
  readonly startedAt: number
  /** When the members' addresses moved to it. */
  readonly movedAt?: number
}

/** The name of a group's record: the same in every release, whatever characters the group's name has. */
export const recordName = (group: GroupKey): string => `alb-ingress-group-${sha256Hex(group).slice(0, 16)}`

/** The key of the record in the ConfigMap's data. */
export const recordDataKey = 'record'

const action = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('forward'), targetGroup: z.string() }),
  z.strictObject({
    is: z.literal('fixed-response'),
    statusCode: z.string(),
    contentType: z.string(),
    messageBody: z.string().exactOptional(),
  }),
  z.strictObject({
    is: z.literal('redirect'),
    protocol: z.literal('HTTPS'),
    port: z.string(),
    statusCode: z.literal('HTTP_301'),
  }),
])

const port = z.discriminatedUnion('protocol', [
  z.strictObject({
    port: z.number(),
    inboundCidrs: z.array(z.string()).exactOptional(),
    protocol: z.literal('HTTP'),
  }),
  z.strictObject({
    port: z.number(),
    inboundCidrs: z.array(z.string()).exactOptional(),
    protocol: z.literal('HTTPS'),
    certificateArns: z.array(z.string()),
    sslPolicy: z.string().exactOptional(),
  }),
])

const condition = z.strictObject({ field: z.enum(['host-header', 'path-pattern']), values: z.array(z.string()) })

const healthCheck = z.strictObject({
  port: z.string(),
  protocol: z.enum(['HTTP', 'HTTPS']),
  path: z.string(),
  intervalSeconds: z.number(),
  timeoutSeconds: z.number(),
  healthyThreshold: z.number(),
  unhealthyThreshold: z.number(),
  successCodes: z.string(),
})

const tags = z.record(z.string(), z.string())

const contribution = z.strictObject({
  version: z.literal(1),
  member: z.string(),
  group: z.strictObject({
    scheme: z.enum(['internal', 'internet-facing']).exactOptional(),
    loadBalancerName: z.string().exactOptional(),
    ipAddressType: z.enum(['ipv4', 'dualstack', 'dualstack-without-public-ipv4']).exactOptional(),
    subnets: z.array(z.string()).exactOptional(),
    securityGroups: z.array(z.string()).exactOptional(),
    manageBackendRules: z.boolean().exactOptional(),
    sslRedirect: z.number().exactOptional(),
    attributes: tags.exactOptional(),
  }),
  ports: z.array(port),
  rules: z.array(
    z.strictObject({
      host: z.string().exactOptional(),
      path: z.string(),
      pathType: z.enum(['Exact', 'Prefix', 'ImplementationSpecific']),
      conditions: z.array(condition),
      action,
    }),
  ),
  defaultAction: action.exactOptional(),
  backends: z.array(
    z.strictObject({
      resourceId: z.string(),
      namespace: z.string(),
      service: z.string(),
      serviceUid: z.string(),
      port: z.union([z.number(), z.string()]),
      targetPort: z.union([z.number(), z.string()]),
      targetType: z.enum(['instance', 'ip']),
      ipAddressType: z.literal('ipv6').exactOptional(),
      protocol: z.enum(['HTTP', 'HTTPS']),
      protocolVersion: z.enum(['HTTP1', 'HTTP2', 'GRPC']),
      healthCheck,
      attributes: tags.exactOptional(),
      tags,
    }),
  ),
  tags,
})

const record = z.strictObject({
  version: z.literal(1),
  members: z.record(z.string(), contribution),
  digest: z.string().exactOptional(),
  replacement: z
    .strictObject({
      scheme: z.enum(['internal', 'internet-facing']),
      startedAt: z.number(),
      movedAt: z.number().exactOptional(),
    })
    .exactOptional(),
})

/** Reads a record; one that is damaged or of an unknown version is no record. */
export const readRecord = (data: Readonly<Record<string, string>>): GroupRecord | undefined => {
  const text = data[recordDataKey]
  if (text === undefined) return undefined
  const parsed = record.safeParse(parse(text))
  return parsed.success ? parsed.data : undefined
}

/** The data of the ConfigMap for a record; equal records give equal bytes. */
export const writeRecord = (of: GroupRecord): Readonly<Record<string, string>> => ({
  [recordDataKey]: JSON.stringify({
    version: of.version,
    members: Object.fromEntries(Object.entries(of.members).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(of.digest === undefined ? {} : { digest: of.digest }),
    ...(of.replacement === undefined ? {} : { replacement: of.replacement }),
  } satisfies GroupRecord),
})

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Damaged by hand: the same as none.
    return undefined
  }
}
