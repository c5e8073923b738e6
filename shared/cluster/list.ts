import { at, field, listOf, textOf } from '../kubernetes/raw.ts'
import type { ClusterClient } from './client.ts'

export interface Listed<T> {
  readonly objects: readonly T[]
  /** Of the whole list: a watch goes on from here. */
  readonly resourceVersion: string
}

/**
 * Reads a list in pages, each object reduced as it arrives. A list that fails half way gives nothing.
 * @throws ClusterError, and Error where the server repeats a continue token or names no resourceVersion
 */
export const listAll = async <T>(
  client: ClusterClient,
  path: string,
  query: Readonly<Record<string, string>>,
  pageSize: number,
  read: (raw: unknown) => T,
  signal?: AbortSignal,
): Promise<Listed<T>> => {
  const objects: T[] = []
  const tokens = new Set<string>()
  for (let token = ''; ;) {
    const page = await client.request({
      method: 'GET',
      path,
      query: { ...query, limit: String(pageSize), ...(token === '' ? {} : { continue: token }) },
      ...(signal === undefined ? {} : { signal }),
    })
    const items = field(page, 'items')
    const resourceVersion = textOf(at(page, 'metadata', 'resourceVersion'))
    if (resourceVersion === '') throw new Error(`the list of ${path} has no resourceVersion`)
    objects.push(...listOf(items).map(read))
    token = textOf(at(page, 'metadata', 'continue'))
    if (token === '') return { objects, resourceVersion }
    if (tokens.has(token)) throw new Error(`the list of ${path} repeats its continue token`)
    tokens.add(token)
  }
}
