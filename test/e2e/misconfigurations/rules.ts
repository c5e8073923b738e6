import type { Manifest, PathOptions } from '../support/objects.ts'
import type { Row, Told } from './row.ts'

const path = 'spec.rules[0].http.paths[0].path'
const fault = (field: string, code: string, fix: string | undefined): Told => ({ field, code, fix })

const ofPaths = (
  id: string,
  mistake: readonly PathOptions[],
  denied: readonly Told[],
  repaired: readonly PathOptions[],
  rest: Partial<Row> = {},
): Row => ({
  id,
  mistake: { paths: mistake },
  denied,
  repaired: { paths: repaired },
  ...rest,
})

const written = (count: number): readonly PathOptions[] =>
  Array.from({ length: count }, (_, index) => ({ path: `/${index}` }))
const ports = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `/${index}`, service: 'many', port: { number: 8000 + index } }))
const backendOf = (name: string, number: number): Manifest => ({ service: { name, port: { number } } })

/** Classes, hosts, paths, and how many of them. */
export const ruleRows = (): readonly Row[] => [
  {
    id: 'CLS-01',
    mistake: { className: 'albb' },
    denied: [fault('spec.ingressClassName', 'ClassNotFound', 'did you mean "alb"?')],
    repaired: {},
  },
  {
    id: 'CLS-08',
    before: { className: undefined, annotations: { 'kubernetes.io/ingress.class': 'alb' } },
    mistake: { className: 'nginx', annotations: { 'kubernetes.io/ingress.class': 'alb' } },
    warned: ['kubernetes.io/ingress.class: alb wins over spec.ingressClassName nginx'],
  },
  {
    id: 'GRP-10',
    mistake: {
      spec: {
        ingressClassName: 'alb',
        rules: [
          {
            host: 'a.example.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: {
                    resource: {
                      apiGroup: 'k8s.example.com',
                      kind: 'StorageBucket',
                      name: 'write backend.service with name and port',
                    },
                  },
                },
              ],
            },
          },
        ],
      },
    },
    denied: [
      fault(
        'spec.rules[0].http.paths[0].backend.resource',
        'BackendResource',
        'write backend.service with name and port',
      ),
    ],
    repaired: {},
  },
  ofPaths(
    'RUL-02',
    [{ path: '/a*', pathType: 'Exact' }],
    [fault(path, 'PathWildcard', 'write path: /a with pathType: Prefix')],
    [{ path: '/a', pathType: 'Prefix' }],
  ),
  ofPaths(
    'RUL-03',
    [{ path: '/*' }],
    [fault(path, 'PathWildcard', 'write path: / with pathType: Prefix')],
    [{ path: '/' }],
  ),
  ofPaths(
    'RUL-06',
    [{ path: `/${'a'.repeat(130)}` }],
    [
      fault(
        path,
        'PathTooLong',
        'write path: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa* with pathType: ImplementationSpecific',
      ),
    ],
    [{ path: `/${'a'.repeat(125)}` }],
  ),
  ofPaths(
    'RUL-07',
    [{ path: '/a b' }, { path: '/ü' }, { path: '/a%20' }],
    ['/a*b*', '/*', '/a?20*'].map((better, index) =>
      fault(
        `spec.rules[0].http.paths[${index}].path`,
        'PathCharacters',
        `write path: ${better} with pathType: ImplementationSpecific`,
      ),
    ),
    ['/a*b*', '/a?20*', '/*'].map((written) => ({ path: written, pathType: 'ImplementationSpecific' })),
  ),
  ofPaths(
    'RUL-09',
    [{ path: '/*/*/*/*/*/*', pathType: 'ImplementationSpecific' }],
    [fault(path, 'RuleTooManyWildcards', 'write path: /*/*/*/*/*')],
    [{ path: '/*/*/*/*/*', pathType: 'ImplementationSpecific' }],
  ),
  {
    id: 'RUL-17',
    mistake: { keys: { 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' }, paths: written(60), host: 'app.example.com' },
    denied: [fault('spec.rules', 'RulesTooMany', 'spread the paths over several Ingresses')],
    warned: ['host app.example.com: uses certificate '],
    repaired: { keys: { 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' }, paths: written(39), host: 'app.example.com' },
    repairedWarned: ['host app.example.com: uses certificate '],
  },
  {
    id: 'RUL-19',
    mistake: {
      spec: {
        ingressClassName: 'alb',
        defaultBackend: backendOf('many', 8100),
        rules: [
          {
            host: 'a.example.com',
            http: {
              paths: ports(100).map((one) => ({
                path: one.path,
                pathType: 'Prefix',
                backend: backendOf('many', one.port.number),
              })),
            },
          },
        ],
      },
    },
    denied: [fault('spec.rules', 'TargetGroupsTooMany', 'spread the Services over several Ingresses')],
    warned: ['group rows/echoserver: 100 of 100 rules used'],
    repaired: { paths: ports(79) },
  },
  {
    id: 'ACT-01, tolerated',
    mistake: { paths: [{ service: 'x', port: { name: 'use-annotation' } }] },
    warned: ['backend x: no annotation actions.x; its path answers 503'],
  },
]
