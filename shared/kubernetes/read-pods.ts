import type { Endpoint, EndpointSlice, Pod } from './objects.ts'
import { at, field, listOf, optionalNumber, optionalText, textOf, textsOf } from './raw.ts'
import { readMetadata } from './read.ts'

/** The annotation in which the VPC CNI notes interfaces that it gave a Pod for itself: a JSON list. */
const readInterfaces = (text: string | undefined): Pod['interfaces'] => {
  if (text === undefined) return []
  try {
    const entries: unknown = JSON.parse(text)
    return listOf(entries).flatMap((entry) => {
      const id = optionalText(field(entry, 'eniId'))
      const address = optionalText(field(entry, 'privateIp')) ?? textOf(field(entry, 'ipv6Addr'))
      return id === undefined ? [] : [{ id, address }]
    })
  } catch {
    return [] // a text that is no JSON names no interface
  }
}

const readEndpoint = (raw: unknown): readonly Endpoint[] => {
  const [address] = textsOf(field(raw, 'addresses'))
  const target = field(raw, 'targetRef')
  const pod = textOf(field(target, 'name'))
  if (address === undefined || pod === '' || field(target, 'kind') !== 'Pod') return []
  const conditions = field(raw, 'conditions')
  return [
    {
      address,
      pod,
      ready: field(conditions, 'ready') !== false,
      terminating: field(conditions, 'terminating') === true,
    },
  ]
}

/** `discovery.k8s.io/v1` EndpointSlice. */
export const readEndpointSlice = (raw: unknown): EndpointSlice => {
  const metadata = readMetadata(raw)
  return {
    ...metadata,
    labels: {},
    annotations: {},
    service: metadata.labels['kubernetes.io/service-name'] ?? '',
    addressType: textOf(field(raw, 'addressType')),
    ports: listOf(field(raw, 'ports')).flatMap((entry) => {
      const port = optionalNumber(field(entry, 'port'))
      return port === undefined ? [] : [{ name: textOf(field(entry, 'name')), port }]
    }),
    endpoints: listOf(field(raw, 'endpoints')).flatMap(readEndpoint),
  }
}

/** Conditions of a Pod that decide whether it is a target, and those of readiness gates. */
const isKept = (type: string): boolean => type === 'ContainersReady' || type.startsWith('target-health.')

/** Types of the conditions that a Pod waits for. */
export const readReadinessGates = (raw: unknown): readonly string[] =>
  listOf(at(raw, 'spec', 'readinessGates')).flatMap((gate) => optionalText(field(gate, 'conditionType')) ?? [])

/** `v1` Pod. */
export const readPod = (raw: unknown): Pod => {
  const metadata = readMetadata(raw)
  const spec = field(raw, 'spec')
  return {
    ...metadata,
    labels: {},
    annotations: {},
    finalizers: [],
    interfaces: readInterfaces(metadata.annotations['vpc.amazonaws.com/pod-eni']),
    nodeName: textOf(field(spec, 'nodeName')),
    namedPorts: listOf(field(spec, 'containers')).flatMap((container) =>
      listOf(field(container, 'ports')).flatMap((entry) => {
        const name = optionalText(field(entry, 'name'))
        const port = optionalNumber(field(entry, 'containerPort'))
        return name === undefined || port === undefined ? [] : [{ name, port }]
      }),
    ),
    readinessGates: readReadinessGates(raw),
    conditions: listOf(at(raw, 'status', 'conditions')).flatMap((entry) => {
      const type = textOf(field(entry, 'type'))
      if (!isKept(type)) return []
      return [
        {
          type,
          status: textOf(field(entry, 'status')),
          reason: textOf(field(entry, 'reason')),
          message: textOf(field(entry, 'message')),
        },
      ]
    }),
  }
}
