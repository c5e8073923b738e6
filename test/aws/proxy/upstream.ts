import { request as httpRequest } from 'node:http'
import { type Answer, errorAnswer, refuse } from './errors.ts'
import type { AwsRequest } from './request.ts'
import { parseXml, recordAt, textAt, type Xml } from './xml.ts'

/** moto as the proxy sees it: requests of clients passed on, and questions of the proxy's own. */
export interface Upstream {
  /** Passes a client's request on as it came, or with other parameters. A crash of moto becomes a readable 501. */
  readonly forward: (request: AwsRequest, parameters?: Readonly<Record<string, string>>) => Promise<Answer>
  /** Asks moto itself; the result element of the answer. Throws `UpstreamRefusal` when moto refuses. */
  readonly ask: (
    service: 'elasticloadbalancing' | 'ec2',
    action: string,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<Xml>
  /** moto's own control pages. */
  readonly control: (path: string, body?: string) => Promise<void>
}

/** moto refused a question of the proxy's own; its answer is kept. */
export class UpstreamRefusal extends Error {
  readonly answer: Answer
  constructor(action: string, answer: Answer) {
    super(`moto refused ${action}: ${answer.body}`)
    this.answer = answer
  }
}

const versions = { elasticloadbalancing: '2015-12-01', ec2: '2016-11-15' } as const

/** moto on a loopback port; signatures name the region and nothing else counts in them. */
export function createUpstream(port: number, region: string): Upstream {
  const forward: Upstream['forward'] = async (request, parameters) => {
    const body =
      parameters === undefined || request.headers['x-amz-target'] !== undefined
        ? request.body
        : form(request.action, versions[request.service === 'ec2' ? 'ec2' : 'elasticloadbalancing'], parameters)
    const answer = await send(port, '/', request.headers, body)
    if (answer.status === 500 && /^\s*<!doctype html/i.test(answer.body))
      return errorAnswer(
        request.service,
        refuse('EmulatorLacksThis', `moto cannot do ${request.action} with these parameters`, 501),
        'moto',
      )
    const errorCode = answer.status < 400 ? undefined : readErrorCode(answer)
    return errorCode === undefined ? answer : { ...answer, errorCode }
  }
  const ask: Upstream['ask'] = async (service, action, parameters = {}) => {
    const scope = `20260101/${region}/${service}/aws4_request`
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=emulator/${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
      host: `${service}.${region}.amazonaws.com`,
    }
    const answer = await send(port, '/', headers, form(action, versions[service], parameters))
    if (answer.status !== 200) throw new UpstreamRefusal(action, answer)
    const { value } = parseXml(answer.body)
    return service === 'ec2' ? value : recordAt(value, `${action}Result`)
  }
  const control: Upstream['control'] = async (path, body = '') => {
    const answer = await send(port, path, { host: '127.0.0.1' }, body)
    if (answer.status !== 200) throw new Error(`moto answered ${answer.status} to ${path}`)
  }
  return { forward, ask, control }
}

function form(action: string, version: string, parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ Action: action, Version: version, ...parameters }).toString()
}

function readErrorCode(answer: Answer): string {
  if (!answer.body.trimStart().startsWith('<')) {
    const code = /"__type"\s*:\s*"([^"]+)"/.exec(answer.body)?.[1]
    return code?.slice(code.lastIndexOf('#') + 1) ?? String(answer.status)
  }
  const { value } = parseXml(answer.body)
  return textAt(value, 'Error', 'Code') ?? /<Code>([^<]+)<\/Code>/.exec(answer.body)?.[1] ?? String(answer.status)
}

function send(port: number, path: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent: false,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', reject)
        incoming.once('end', () => {
          const kept = ['content-type', 'x-amzn-requestid', 'x-amzn-errortype']
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              kept.flatMap((name) =>
                typeof incoming.headers[name] === 'string' ? [[name, incoming.headers[name]]] : [],
              ),
            ),
            body: Buffer.concat(chunks).toString('utf8'),
          })
        })
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
