import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const tags = z.record(z.string(), z.string())

/** Those that annotations name; of others LBC writes nothing. */
const attributes = z.record(z.string(), z.string())

const action = z.union([
  z.strictObject({ type: z.literal('forward'), groups: z.array(z.tuple([z.string(), z.number()])) }),
  z.strictObject({
    Type: z.literal('fixed-response'),
    FixedResponseConfig: z.strictObject({
      ContentType: z.string(),
      StatusCode: z.string(),
      MessageBody: z.string().exactOptional(),
    }),
  }),
  z.strictObject({
    Type: z.literal('redirect'),
    RedirectConfig: z.strictObject({
      Host: z.literal('#{host}'),
      Path: z.literal('/#{path}'),
      Port: z.string(),
      Protocol: z.literal('HTTPS'),
      Query: z.literal('#{query}'),
      StatusCode: z.literal('HTTP_301'),
    }),
  }),
])

const condition = z.strictObject({ field: z.enum(['host-header', 'path-pattern']), values: z.array(z.string()) })

const listener = z.strictObject({
  port: z.number(),
  protocol: z.string(),
  /** Of an HTTPS listener: its security policy, its default certificate, and those that it chooses among. */
  policy: z.string().nullable().default(null),
  default: z.array(z.string()).default([]),
  extra: z.array(z.string()).default([]),
  defaultActions: z.array(action),
  rules: z.array(
    z.strictObject({ priority: z.number(), conditions: z.array(condition), actions: z.array(action), tags }),
  ),
  tags,
})

const endState = z.strictObject({
  loadBalancers: z.array(
    z.strictObject({
      name: z.string(),
      scheme: z.enum(['internal', 'internet-facing']),
      ip: z.string(),
      attributes: attributes.exactOptional(),
      groups: z.array(z.string()),
      subnets: z.array(z.string()),
      listeners: z.array(listener),
      tags,
    }),
  ),
  targetGroups: z.array(
    z.strictObject({
      attributes: attributes.exactOptional(),
      HealthCheckIntervalSeconds: z.number(),
      HealthCheckPath: z.string(),
      HealthCheckPort: z.string(),
      HealthCheckProtocol: z.enum(['HTTP', 'HTTPS']),
      HealthCheckTimeoutSeconds: z.number(),
      HealthyThresholdCount: z.number(),
      IpAddressType: z.string(),
      Matcher: z.union([z.strictObject({ HttpCode: z.string() }), z.strictObject({ GrpcCode: z.string() })]),
      Port: z.number(),
      Protocol: z.string(),
      ProtocolVersion: z.string(),
      TargetType: z.string(),
      UnhealthyThresholdCount: z.number(),
      name: z.string(),
      tags,
      targets: z.array(z.tuple([z.string(), z.number()])),
    }),
  ),
  securityGroups: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      inbound: z.array(z.tuple([z.string(), z.number(), z.number(), z.string(), z.string()])),
      tags,
    }),
  ),
})

const binding = z.strictObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  finalizers: z.array(z.string()),
  spec: z.looseObject({ serviceRef: z.looseObject({ name: z.string() }) }),
})

/**
 * What aws-load-balancer-controller 3.5.0 left in AWS and in Kubernetes for the same objects, with `--cluster-name demo`
 * and its defaults. Symbols: `subnet:public-a`, `node:a`, `cert:DOMAIN`, `sg:NAME`, `tg:RESOURCE_TAG`, `vpc`; `#` is the hash in names
 * that hold the UID of a Service.
 */
const lbcCase = z.strictObject({
  namespace: z.string(),
  objects: z.array(
    z.looseObject({
      kind: z.string(),
      metadata: z.strictObject({ name: z.string(), annotations: z.record(z.string(), z.string()).exactOptional() }),
    }),
  ),
  aws: endState,
  kubernetes: z.strictObject({ bindings: z.array(binding) }),
})

export type LbcCase = z.output<typeof lbcCase>
export type EndState = LbcCase['aws']
export type EndStateListener = z.output<typeof listener>
export type EndStateAction = z.output<typeof action>
export type EndStateBinding = z.output<typeof binding>

const folder = new URL('cases/', import.meta.url)

/** Names of all cases, sorted. */
export const caseNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .toSorted()

export const parseCase = (raw: unknown): LbcCase => lbcCase.parse(raw)

export const readCase = (name: string): LbcCase =>
  parseCase(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')))
