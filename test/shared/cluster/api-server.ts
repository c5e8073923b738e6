/**
 * A small API server with memory: paged lists, watches with history and bookmarks, creates, patches with their
 * preconditions, deletes. It keeps to what Kubernetes answers, and can be told to fail.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal, Store, isJson, merged } from './store.ts'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
}

/** Takes one request that it matches and answers it in its own way. */
export interface Fault {
  readonly matches: (seen: Seen) => boolean
  readonly answer: (response: ServerResponse) => void
}

export interface ApiServer {
  readonly store: Store
  readonly seen: readonly Seen[]
  readonly kubeconfig: string
  /** Connections accepted so far. */
  readonly connections: number
  /** Each fault is used once, in the order given. */
  fail(...faults: readonly Fault[]): void
  /** Only this bearer token is let in from now on; the kubeconfig is left as it is. */
  requireToken(token: string): void
  writeKubeconfig(token: string): Promise<void>
  readonly openWatches: number
  /** Cuts the connections of all watches. */
  resetWatches(): void
  /** Writes a raw text into all watches. */
  sayToWatches(text: string): void
  close(): Promise<void>
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, reason = ''): Fault['answer'] =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message: `told to answer ${code}` }))
  }

export const reset: Fault['answer'] = (response) => {
  response.destroy()
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : JSON.parse(text)
}

/** RFC 6902, as far as the product uses it. */
const jsonPatched = (object: Record<string, unknown>, operations: unknown): Record<string, unknown> => {
  let result: Record<string, unknown> = object
  for (const operation of Array.isArray(operations) ? operations : []) {
    const [, ...keys] = String(operation.path).split('/')
    if (operation.op === 'test') {
      const found = keys.reduce<unknown>((value, key) => (isJson(value) ? value[key] : undefined), result)
      if (found !== operation.value) throw new Refusal(422, 'Invalid', `test of ${operation.path} failed`)
      continue
    }
    const set = (value: unknown, [key = '', ...rest]: readonly string[]): Record<string, unknown> => {
      const before = isJson(value) ? value : {}
      return { ...before, [key]: rest.length === 0 ? operation.value : set(before[key], rest) }
    }
    result = set(result, keys)
  }
  return result
}

const asJson = (value: unknown): Record<string, unknown> => (isJson(value) ? value : {})

export const startApiServer = async (): Promise<ApiServer> => {
  const store = new Store()
  const seen: Seen[] = []
  const faults: Fault[] = []
  const watches = new Set<ServerResponse>()
  let token: string | undefined
  let connections = 0

  const list = (response: ServerResponse, path: string, query: Readonly<Record<string, string>>): void => {
    const all = store.list(path)
    const limit = Number(query['limit'] ?? all.length)
    const from = Number(query['continue'] ?? 0)
    const items = all.slice(from, from + limit).map(({ object }) => object)
    const more = from + limit < all.length ? { continue: String(from + limit) } : {}
    answer(response, 200, { kind: 'List', metadata: { resourceVersion: String(store.revision), ...more }, items })
  }

  const watch = (response: ServerResponse, path: string, query: Readonly<Record<string, string>>): void => {
    let at = Number(query['resourceVersion'])
    store.eventsAfter(at, path)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const flush = (): void => {
      for (const { revision, type, object } of store.eventsAfter(at, path)) {
        at = revision
        response.write(`${JSON.stringify({ type, object })}\n`)
      }
    }
    const stopListening = store.onWrite(flush)
    watches.add(response)
    const timer = setTimeout(() => response.end(), Number(query['timeoutSeconds']) * 1_000)
    response.on('close', () => {
      clearTimeout(timer)
      stopListening()
      watches.delete(response)
    })
    flush()
  }

  const write = (method: string, path: string, contentType: string, body: unknown): unknown => {
    const target = path.replace(/\/status$/, '')
    switch (method) {
      case 'POST':
        return store.create(path, asJson(body))
      case 'PATCH':
        return store.change(target, (object) =>
          contentType.startsWith('application/json-patch') ? jsonPatched(object, body) : asJson(merged(object, body)),
        )
      case 'DELETE': {
        const preconditions = asJson(asJson(body)['preconditions'])
        store.delete(target, preconditions['uid'])
        return { kind: 'Status', status: 'Success' }
      }
      default:
        throw new Refusal(405, 'MethodNotAllowed', method)
    }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const query = Object.fromEntries(url.searchParams)
    const call: Seen = { method: request.method ?? '', path: url.pathname, query, headers: request.headers }
    const body = await bodyOf(request)
    seen.push(call)
    const fault = faults.findIndex(({ matches }) => matches(call))
    if (fault >= 0) return faults.splice(fault, 1)[0]?.answer(response)
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      throw new Refusal(401, 'Unauthorized', 'Unauthorized')
    }
    if (call.method !== 'GET') {
      answer(response, 200, write(call.method, call.path, request.headers['content-type'] ?? '', body))
    } else if (query['watch'] === '1') watch(response, call.path, query)
    else if (
      /\/(ingresses|ingressclasses|namespaces|services|nodes|targetgroupbindings|configmaps|leases|events)$/.test(
        call.path,
      )
    ) {
      list(response, call.path, query)
    } else answer(response, 200, store.get(call.path))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error))
      const details = { causes: refusal.causes.map((reason) => ({ reason })) }
      answer(response, refusal.status, {
        kind: 'Status',
        status: 'Failure',
        code: refusal.status,
        reason: refusal.reason,
        message: refusal.message,
        details,
      })
    })
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const folder = await mkdtemp(join(tmpdir(), 'alb-api-server-'))
  const kubeconfig = join(folder, 'kubeconfig')
  const writeKubeconfig = (bearer: string): Promise<void> =>
    writeFile(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        clusters: [{ name: 'test', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'test', user: { token: bearer } }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      }),
    )
  await writeKubeconfig('first')

  return {
    store,
    seen,
    kubeconfig,
    writeKubeconfig,
    get connections() {
      return connections
    },
    get openWatches() {
      return watches.size
    },
    fail: (...more) => {
      faults.push(...more)
    },
    requireToken: (bearer) => {
      token = bearer
    },
    resetWatches: () => {
      for (const response of watches) response.destroy()
    },
    sayToWatches: (text) => {
      for (const response of watches) response.write(text)
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const answer = (response: ServerResponse, code: number, body: unknown): void => {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
