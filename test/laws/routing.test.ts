import fc from 'fast-check'
import t from 'tap'
import { evaluate } from '../../shared/group/evaluate.ts'
import type { Ingress, IngressBackend } from '../../shared/kubernetes/objects.ts'
import type { Action, DesiredListener } from '../../shared/model/model.ts'
import { type JudgedListener, ruleFor } from '../aws/data-plane/judge.ts'
import { facts } from '../builders.ts'
import { anyIngress, services } from './arbitraries.ts'

const group = 'echoserver/echoserver'

const listenersOf = (ingress: Ingress): readonly DesiredListener[] => {
  const { model } = evaluate({ key: group, members: [{ name: group, ingress, role: 'present' }] }, facts({ services }))
  if (model.is !== 'stack') throw new Error('the generated Ingress is at fault')
  return model.stack.listeners
}

const judged = (listener: DesiredListener): JudgedListener => ({
  protocol: listener.protocol,
  port: listener.port,
  rules: [
    ...listener.rules.map(({ conditions }, index) => ({ priority: index + 1, conditions, actions: [] })),
    { priority: 'default', conditions: [], actions: [] },
  ],
})

const actionFor = (listener: DesiredListener, host: string, path: string): Action => {
  const request = { method: 'GET', host, path, query: '', headers: {}, sourceIp: '192.0.2.1' }
  const { priority } = ruleFor(request, judged(listener))
  return (priority === 'default' ? undefined : listener.rules[priority - 1]?.action) ?? listener.defaultAction
}

interface Candidate {
  readonly backend: IngressBackend
  readonly rank: readonly number[]
}

const elements = (text: string): readonly string[] => text.split('/').filter((element) => element !== '')

/** Path matching by the Kubernetes documentation, "Ingress", "Path types": elements between slashes for Prefix. */
const pathMatches = (pathType: string, path: string, requested: string): boolean => {
  if (pathType === 'Exact') return path === requested
  const wanted = elements(path)
  return wanted.every((element, index) => elements(requested)[index] === element)
}

/**
 * The backends that the Ingress specification names: the most specific host, the longest path, Exact before Prefix. It
 * leaves open which of several equal ones answers.
 */
const specified = (ingress: Ingress, host: string, path: string): readonly (IngressBackend | undefined)[] => {
  const candidates = ingress.spec.rules.flatMap((rule) =>
    rule.host !== undefined && rule.host !== host
      ? []
      : rule.paths
          .filter((each) => pathMatches(each.pathType, each.path, path))
          .map((each): Candidate => ({
            backend: each.backend,
            rank: [
              rule.host === undefined ? 0 : 1,
              each.path.replace(/\/$/, '').length,
              each.pathType === 'Exact' ? 1 : 0,
            ],
          })),
  )
  const best = candidates.reduce<Candidate | undefined>(
    (first, next) => (first === undefined || higher(next.rank, first.rank) ? next : first),
    undefined,
  )
  if (best === undefined) return [ingress.spec.defaultBackend]
  return candidates.filter(({ rank }) => !higher(best.rank, rank)).map(({ backend }) => backend)
}

const higher = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((value, index) => value !== b[index])
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0)
}

const expected = (backend: IngressBackend | undefined): string => {
  if (backend === undefined) return '404'
  if (backend.is === 'resource') throw new Error('not generated')
  if (backend.name === 'gone') return '503'
  return `${backend.name}:${'number' in backend.port ? backend.port.number : backend.port.name}`
}

const shown = (action: Action): string =>
  action.is === 'forward' ? action.targetGroup.slice('echoserver/echoserver-'.length) : action.statusCode

void t.test('law: built rules, judged as an ALB judges them, answer as the Ingress specification says', async (t) => {
  const requests = fc.tuple(
    fc.constantFrom('a.example.com', 'b.example.com', 'other.example.org'),
    fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/abc', '/b', '/c', '/b/'),
  )
  const ingresses = anyIngress(['Exact', 'Prefix'], ['a.example.com', 'b.example.com'])
  fc.assert(
    fc.property(ingresses, fc.array(requests, { minLength: 1, maxLength: 10 }), (ingress, asked) => {
      for (const listener of listenersOf(ingress))
        for (const [host, path] of asked) {
          const answer = shown(actionFor(listener, host, path))
          const wanted = specified(ingress, host, path).map(expected)
          if (!wanted.includes(answer))
            throw new Error(`${host}${path}: answered by ${answer}, not by ${wanted.join(' or ')}`)
        }
    }),
    { numRuns: 1000 },
  )
  t.pass()
})
