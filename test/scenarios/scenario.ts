import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'

const texts = z.record(z.string(), z.string())

/** An object as a user wrote it. */
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().exactOptional(),
    annotations: texts.exactOptional(),
  }),
})

/** A resource that somebody else changed, deleted or copied; `id` is its tag `ingress.k8s.aws/resource`. */
const amendment = z.strictObject({
  do: z.enum(['change', 'delete', 'copy']),
  on: z.enum(['load-balancer', 'listener', 'rule', 'target-group', 'security-group', 'binding']),
  id: z.string(),
  /** Fields of the resource: objects are merged, lists replaced, `null` removes. */
  fields: z.record(z.string(), z.unknown()).exactOptional(),
})

const flags = z.strictObject({
  defaultScheme: z.enum(['internal', 'internet-facing']).exactOptional(),
  defaultTags: texts.exactOptional(),
  externalManagedTags: z.array(z.string()).exactOptional(),
  tolerateMissingService: z.boolean().exactOptional(),
  denyUnknownAnnotations: z.boolean().exactOptional(),
  enableBackendSecurityGroup: z.boolean().exactOptional(),
})

const circumstances = z.strictObject({
  flags: flags.exactOptional(),
  /** The flags under which `before.yaml` was built, where they were others. */
  flagsBefore: flags.exactOptional(),
  /** All subnets of the VPC, by default one in each of two zones; `unknown`: EC2 gives no answer. */
  subnets: z
    .union([
      z.literal('unknown'),
      z.array(
        z.strictObject({
          id: z.string(),
          availabilityZone: z.string(),
          freeAddresses: z.number().exactOptional(),
          hasIpv6: z.boolean().exactOptional(),
          tags: texts.exactOptional(),
        }),
      ),
    ])
    .exactOptional(),
  /** The subnets whose route tables lead to an internet gateway; without it EC2 tells no route tables. */
  publicSubnets: z.array(z.string()).exactOptional(),
  /** All security groups of the VPC that somebody may name; by default none. */
  securityGroups: z.array(z.strictObject({ id: z.string(), name: z.string() })).exactOptional(),
  /** `lost`: the record of the group is gone. */
  record: z.literal('lost').exactOptional(),
  /** The turn of the group in the slow scan has come, which reads everything. */
  slowScan: z.boolean().exactOptional(),
  amendments: z.array(amendment).exactOptional(),
})

export type Manifest = z.output<typeof manifest>
export type Amendment = z.output<typeof amendment>
export type Circumstances = z.output<typeof circumstances>

/** A folder: what was applied and built before, what others did since (`observed.yaml`), what is applied now. */
export interface Scenario {
  readonly before: readonly Manifest[]
  readonly now: readonly Manifest[]
  readonly circumstances: Circumstances
}

const root = new URL('./', import.meta.url)

/** Names of all scenarios, sorted; each is a sentence with hyphens for blanks. */
export const scenarioNames: readonly string[] = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted()

export const scenarioFile = (scenario: string, file: string): URL => new URL(`${scenario}/${file}`, root)

export const readScenario = (name: string): Scenario => ({
  before: readObjects(scenarioFile(name, 'before.yaml')),
  now: readObjects(scenarioFile(name, 'objects.yaml')),
  circumstances: circumstances.parse(readOptional(scenarioFile(name, 'observed.yaml')) ?? {}),
})

const readObjects = (file: URL): readonly Manifest[] =>
  existsSync(file)
    ? parseAllDocuments(readFileSync(file, 'utf8')).map((document) => manifest.parse(document.toJS()))
    : []

const readOptional = (file: URL): unknown => (existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined)
