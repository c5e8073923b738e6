import type { ConfigMap } from '../kubernetes/objects.ts'
import { readConfigMap } from '../kubernetes/read.ts'
import type { ClusterClient } from './client.ts'
import { listPath, objectPath } from './paths.ts'
import { mergePatch } from './resources.ts'

/** Labels of the ConfigMaps that are records of groups; the caches select by them. */
export const recordLabels: Readonly<Record<string, string>> = {
  'app.kubernetes.io/managed-by': 'alb-ingress-controller',
  'app.kubernetes.io/component': 'group-record',
}

export const recordSelector: string = Object.entries(recordLabels)
  .map(([key, value]) => `${key}=${value}`)
  .join(',')

/** @throws ClusterError `already-exists` */
export const createRecord = async (
  client: ClusterClient,
  record: {
    readonly namespace: string
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly data: Readonly<Record<string, string>>
  },
  signal?: AbortSignal,
): Promise<ConfigMap> => {
  const { data, labels, ...metadata } = record
  const answer = await client.request({
    method: 'POST',
    path: listPath('configmaps', record.namespace),
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, labels: { ...labels, ...recordLabels } },
      data,
    },
    ...(signal === undefined ? {} : { signal }),
  })
  return readConfigMap(answer)
}

/**
 * Replaces the data of a record; its annotations (an operator pauses a group there) stay as they are.
 * @throws ClusterError `conflict` where it changed since it was read, `not-found` where it is gone
 */
export const replaceRecordData = async (
  client: ClusterClient,
  record: ConfigMap,
  data: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<ConfigMap> => {
  const dropped = Object.keys(record.data).filter((key) => !Object.hasOwn(data, key))
  const answer = await client.request({
    method: 'PATCH',
    path: objectPath('configmaps', record),
    contentType: mergePatch,
    body: {
      metadata: { resourceVersion: record.resourceVersion },
      data: { ...data, ...Object.fromEntries(dropped.map((key) => [key, null])) },
    },
    ...(signal === undefined ? {} : { signal }),
  })
  return readConfigMap(answer)
}
