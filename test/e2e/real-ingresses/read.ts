import { readFileSync } from 'node:fs'
import { z } from 'zod'

const rule = z.strictObject({
  host: z.string().exactOptional(),
  path: z.string().exactOptional(),
  pathType: z.enum(['Exact', 'Prefix', 'ImplementationSpecific']).exactOptional(),
  service: z.string().exactOptional(),
  port: z.union([z.int(), z.string()]).exactOptional(),
  defaultBackend: z.literal(true).exactOptional(),
})

const set = z.strictObject({
  id: z.string(),
  annotations: z.record(z.string(), z.string()),
  rules: z.array(rule),
  tls: z.array(z.strictObject({ hosts: z.array(z.string()), secretName: z.string().exactOptional() })).exactOptional(),
  /** Why the manifest was wrong where it was found. */
  suspect: z.string().exactOptional(),
})

/** A path of an Ingress somebody published; what it left out is absent. */
export type RealRule = Readonly<z.output<typeof rule>>

/** Annotations and rules of an Ingress that somebody published. */
export type RealSet = Readonly<z.output<typeof set>>

/** The sets, in the order of their ids. */
export const realSets: readonly RealSet[] = readFileSync(new URL('./sets.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => set.parse(JSON.parse(line)))
