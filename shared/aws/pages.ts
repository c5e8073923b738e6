import type { Aws } from './client.ts'
import { AwsError } from './errors.ts'
import type { Operation } from './operation.ts'

/**
 * Reads a list of Elastic Load Balancing to its end. Throws rather than answer a part of it: a failing page fails the
 * list, and so does a marker that comes twice.
 */
export const markerPages = <
  Input extends { Marker?: string | undefined },
  Output extends { NextMarker?: string | undefined },
  Item,
>(
  aws: Aws,
  operation: Operation<Input, Output>,
  input: Input,
  items: (output: Output) => readonly Item[] | undefined,
  signal?: AbortSignal,
): Promise<readonly Item[]> =>
  pages(
    operation,
    (marker) => aws.call(operation, marker === undefined ? input : { ...input, Marker: marker }, signal),
    items,
    (output) => output.NextMarker,
  )

/** Reads a list of EC2 to its end, as `markerPages` does. */
export const tokenPages = <
  Input extends { NextToken?: string | undefined },
  Output extends { NextToken?: string | undefined },
  Item,
>(
  aws: Aws,
  operation: Operation<Input, Output>,
  input: Input,
  items: (output: Output) => readonly Item[] | undefined,
  signal?: AbortSignal,
): Promise<readonly Item[]> =>
  pages(
    operation,
    (token) => aws.call(operation, token === undefined ? input : { ...input, NextToken: token }, signal),
    items,
    (output) => output.NextToken,
  )

const pages = async <Input, Output, Item>(
  operation: Operation<Input, Output>,
  page: (marker: string | undefined) => Promise<Output>,
  items: (output: Output) => readonly Item[] | undefined,
  next: (output: Output) => string | undefined,
): Promise<readonly Item[]> => {
  const all: Item[] = []
  const seen = new Set<string>()
  let marker: string | undefined
  for (;;) {
    const output = await page(marker)
    all.push(...(items(output) ?? []))
    marker = next(output)
    if (marker === undefined || marker === '') return all
    if (seen.has(marker)) throw repeatedMarker(operation)
    seen.add(marker)
  }
}

const repeatedMarker = (of: Pick<Operation<unknown, unknown>, 'service' | 'action'>): AwsError =>
  new AwsError({
    service: of.service,
    action: of.action,
    code: 'RepeatedMarker',
    message: `${of.action} gave the same page marker twice`,
    remedy: 'unavailable',
  })

/** Cuts a list into parts of at most `size` (Elastic Load Balancing takes 20 ARNs or names in a call). */
export const batches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] => {
  const parts: (readonly T[])[] = []
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size))
  return parts
}
