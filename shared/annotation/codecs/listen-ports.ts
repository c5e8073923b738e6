import { nearest } from '../../text/nearest.ts'
import { listOf, quote } from '../../text/quote.ts'
import { decoded, refused, shownText, type Codec, type Problem } from './codec.ts'
import { readJson, wholeNumberOf, type JsonMember, type JsonNode } from './json.ts'

export type ListenProtocol = 'HTTP' | 'HTTPS'

/** One listener. `path` continues the field path of the annotation: `[1].HTTPS`. */
export interface ListenPort {
  readonly protocol: ListenProtocol
  readonly port: number
  readonly path: string
}

const protocols = ['HTTP', 'HTTPS'] as const
const usualPorts = { HTTP: [80, 8080], HTTPS: [443, 8443] } as const
/** As many ports as are looked at one by one; how many a load balancer takes is asked later. */
const maximumListeners = 500
/** As many ports as a message has room for. */
const maximumMeant = 8

/** A JSON list of objects, each with one key `HTTP` or `HTTPS` or several: `[{"HTTP":80},{"HTTPS":443}]`. */
export const listenPorts: Codec<readonly ListenPort[]> = {
  decode: (text) => {
    const json = readJson(text, portsMeant(text))
    if (!json.ok) return refused(json.problem)
    const { node } = json
    if (node.is === 'null') return refused(emptyList)
    if (node.is !== 'list') {
      const fix = `write '${portsMeant(text)}' instead`
      return refused({ code: 'JsonType', value: shownText(text), message: 'must be a list of objects', fix })
    }
    return decodeEntries(node.entries)
  },
  encode: (value) => encodePorts(value),
}

const encodePorts = (ports: readonly Pick<ListenPort, 'protocol' | 'port'>[]): string =>
  `[${ports.map(encodePort).join(',')}]`

const encodePort = ({ protocol, port }: Pick<ListenPort, 'protocol' | 'port'>): string =>
  JSON.stringify({ [protocol]: port })

const emptyList: Problem = {
  code: 'ListenPortsEmpty',
  message: 'names no port',
  fix: `write '${encodePorts([{ protocol: 'HTTP', port: 80 }])}'`,
}

const decodeEntries = (entries: readonly JsonNode[]) => {
  const places = entries.flatMap(placesOf)
  if (places.length > maximumListeners) {
    const message = `must have at most ${maximumListeners} items`
    return refused({
      code: 'ListenersTooMany',
      value: String(places.length),
      message,
      fix: `remove ${places.length - maximumListeners}`,
    })
  }
  const written = new Set(
    places.flatMap((place) =>
      'problem' in place || place.twice !== undefined ? [] : (wholeNumberOf(place.node) ?? []),
    ),
  )
  const ports: ListenPort[] = []
  const problems: Problem[] = []
  for (const place of places) {
    if ('problem' in place) {
      problems.push(place.problem)
      continue
    }
    const { protocol, path, node } = place
    const problem =
      place.twice === undefined ? portProblem(place, ports, written) : keyTwice(place, place.twice, written)
    if (problem !== undefined) problems.push(problem)
    else ports.push({ protocol, port: wholeNumberOf(node) ?? 0, path })
  }
  if (problems.length > 0) return refused(...problems)
  return ports.length > 0 ? decoded(ports) : refused(emptyList)
}

/** Where a port is written, or what is wrong there before any port is looked at. */
type Place =
  | {
      readonly protocol: ListenProtocol
      readonly path: string
      readonly node: JsonNode
      /** The key, where an earlier one of the object is the same. */
      readonly twice?: string
    }
  | { readonly problem: Problem }

const placesOf = (entry: JsonNode, index: number): readonly Place[] => {
  const path = `[${index}]`
  if (entry.is === 'null') return []
  if (entry.is !== 'object') {
    const port = wholeNumberOf(entry)
    const fix = `write ${JSON.stringify({ HTTP: port !== undefined && isPort(port) ? port : 80 })}`
    return [{ problem: { code: 'JsonType', path, value: shown(entry), message: 'must be an object', fix } }]
  }
  if (entry.members.length === 0) {
    return [{ problem: { code: 'ListenPortsEmpty', path, message: 'names no port', fix: 'write {"HTTP":80}' } }]
  }
  return entry.members.filter(({ node }) => node.is !== 'null').map((member) => placeOf(member, path))
}

const placeOf = (member: JsonMember, entryPath: string): Place => {
  const path = `${entryPath}.${member.key}`
  const hint = nearest(member.key, protocols, 'value')
  if (member.twice) {
    const meant = protocols.find((known) => known === hint) ?? 'HTTP'
    return { protocol: meant, path, node: member.node, twice: member.key }
  }
  const protocol = protocols.find((known) => known === member.key)
  if (protocol !== undefined) return { protocol, path, node: member.node }
  const fix = hint === undefined ? {} : { fix: `did you mean ${quote(hint)}?` }
  const message = `supported values: ${listOf(protocols)}`
  return { problem: { code: 'ListenProtocolUnknown', path, value: shownText(member.key), message, ...fix } }
}

const keyTwice = (
  { protocol, path, node }: { readonly protocol: ListenProtocol; readonly path: string; readonly node: JsonNode },
  key: string,
  written: Set<number>,
): Problem => {
  const port = wholeNumberOf(node) ?? 0
  const isFree = isPort(port) && !written.has(port)
  const fix = isFree ? `write it as an object of its own: ${encodePort({ protocol, port })}` : 'keep one of the two'
  if (isFree) written.add(port)
  return { code: 'JsonKeyTwice', path, value: shownText(key), message: 'the key is written twice in one object', fix }
}

const portProblem = (
  { protocol, path, node }: { readonly protocol: ListenProtocol; readonly path: string; readonly node: JsonNode },
  earlier: readonly ListenPort[],
  /** Ports that are written somewhere or already suggested. */
  written: Set<number>,
): Problem | undefined => {
  const value = shown(node)
  const write = (meant?: number): string => {
    const port = meant !== undefined && isPort(meant) && !written.has(meant) ? meant : freePort(protocol, written)
    written.add(port)
    return `write ${port}`
  }
  const port = wholeNumberOf(node)
  if (port === undefined) {
    const meant = Number(node.is === 'string' ? node.value : node.text)
    const message = node.is === 'number' ? 'must be a whole number' : 'must be a number'
    return { code: 'JsonType', path, value, message, fix: write(meant) }
  }
  if (!isPort(port)) return { code: 'ListenPortRange', path, value, message: 'must be 1 to 65535', fix: write() }
  const taken = earlier.find((other) => other.port === port)
  if (taken === undefined) return undefined
  const message = `port ${port} is already taken by ${taken.protocol}`
  return { code: 'ListenPortTwice', path, value, message, fix: write() }
}

const shown = (node: JsonNode): string => (node.is === 'string' ? shownText(node.value) : node.text)

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535

const freePort = (protocol: ListenProtocol, taken: ReadonlySet<number>): number => {
  const usual = usualPorts[protocol].find((port) => !taken.has(port))
  let port = usual ?? usualPorts[protocol][1]
  while (taken.has(port)) port += 1
  return port
}

/** The value that somebody meant who wrote ports in another form, such as `80,443`. */
export const portsMeant = (text: string): string => {
  const numbers = text.length > 256 ? [] : [...text.matchAll(/[0-9]+/g)].map(([digits]) => Number(digits))
  const ports = [...new Set(numbers.filter(isPort))]
  if (ports.length === 0 || ports.length > maximumMeant) return encodePorts([{ protocol: 'HTTP', port: 80 }])
  return encodePorts(ports.map((port) => ({ protocol: isUsualHttps(port) ? 'HTTPS' : 'HTTP', port })))
}

const isUsualHttps = (port: number): boolean => usualPorts.HTTPS.some((usual) => usual === port)
