import { z } from 'zod'
import type { AwsState } from '../aws/state.ts'
import type { Fixture } from '../aws/fixture.ts'
import { symbolsOf } from './account.ts'
import type { EndStateBinding } from './case.ts'

const list = z.object({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({
        namespace: z.string(),
        name: z.string(),
        uid: z.string(),
        generation: z.number(),
        labels: z.record(z.string(), z.string()).default({}),
        finalizers: z.array(z.string()).default([]),
      }),
      spec: z.looseObject({
        targetGroupARN: z.string(),
        vpcID: z.string(),
        serviceRef: z.looseObject({ name: z.string() }),
      }),
      status: z.object({ observedGeneration: z.number().exactOptional() }).default({}),
    }),
  ),
})

/** TargetGroupBindings as `kubectl get -o json` lists them. */
export type LiveBinding = z.output<typeof list>['items'][number]

export const readBindings = (text: string): readonly LiveBinding[] => list.parse(JSON.parse(text)).items

/** A binding as the cases tell it: without the ARN of its target group, which is random. */
export const endStateBinding = (
  { metadata: { name, labels, finalizers }, spec: { targetGroupARN: _, ...spec } }: LiveBinding,
  state: AwsState,
  fixture: Fixture,
): EndStateBinding => {
  const symbols = symbolsOf(state, fixture)
  const symbolic: unknown = JSON.parse(JSON.stringify(spec), (_, value: unknown) =>
    typeof value === 'string' ? symbols(value) : value,
  )
  return {
    name,
    labels,
    finalizers,
    spec: list.shape.items.element.shape.spec.omit({ targetGroupARN: true }).parse(symbolic),
  }
}

/** The binding that LBC left, on the target group of the account. `id` tells ids and ARNs by symbol. */
export const manifestOf = (
  namespace: string,
  { name, labels, finalizers, spec }: EndStateBinding,
  targetGroupARN: string,
  id: (symbol: string) => string,
): Readonly<Record<string, unknown>> => {
  const placed: unknown = JSON.parse(JSON.stringify(spec), (_, value: unknown) =>
    typeof value === 'string' && (value === 'vpc' || value.startsWith('sg:')) ? id(value) : value,
  )
  return {
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { namespace, name, labels, finalizers },
    spec: { ...(typeof placed === 'object' ? placed : {}), targetGroupARN },
  }
}
