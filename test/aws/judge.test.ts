import t from 'tap'
import { matchesGlob } from './data-plane/glob.ts'
import {
  judge,
  type JudgedAction,
  type JudgedCondition,
  type JudgedRequest,
  type JudgedRule,
  ruleFor,
} from './data-plane/judge.ts'

const request = (change: Partial<JudgedRequest> = {}): JudgedRequest => ({
  method: 'GET',
  host: 'www.example.com',
  path: '/',
  query: '',
  headers: {},
  sourceIp: '127.0.0.1',
  ...change,
})

const respond = (statusCode: string): JudgedAction => ({ type: 'fixed-response', statusCode })
const fallback: JudgedRule = { priority: 'default', conditions: [], actions: [respond('404')] }
const listener = (...rules: readonly JudgedRule[]) => ({ protocol: 'HTTP', port: 80, rules: [fallback, ...rules] })
const hosts = (...values: readonly string[]): JudgedCondition => ({ field: 'host-header', values })
const paths = (...values: readonly string[]): JudgedCondition => ({ field: 'path-pattern', values })

void t.test('globs of a load balancer', async (t) => {
  const cases: readonly (readonly [pattern: string, subject: string, matches: boolean])[] = [
    ['/a', '/a', true],
    ['/a', '/a/', false],
    ['/a/*', '/a/', true],
    ['/a/*', '/a', false],
    ['/*', '/any/thing', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['/*/x/*', '/a/b/x/c', true],
    ['*a*b', 'aaabab', true],
    ['*a*b', 'aaaba', false],
    ['a.c', 'abc', false],
    [`${'*a'.repeat(5)}b`, 'a'.repeat(120), false],
  ]
  for (const [pattern, subject, matches] of cases)
    t.equal(matchesGlob(pattern, subject), matches, `${pattern} ${matches ? 'matches' : 'does not match'} ${subject}`)
  t.ok(matchesGlob(String.raw`1\*2`, '1*2', true), 'a backslash takes the meaning from a star')
  t.notOk(matchesGlob(String.raw`1\*2`, '1x2', true))
  t.ok(matchesGlob(String.raw`1\*2`, String.raw`1\x2`), 'but in hosts and paths it is a character')
})

void t.test('which condition holds for which request', async (t) => {
  const cases: readonly (readonly [
    name: string,
    condition: JudgedCondition,
    request: Partial<JudgedRequest>,
    holds: boolean,
  ])[] = [
    ['a host without regard to case', hosts('WWW.example.com'), { host: 'www.EXAMPLE.com' }, true],
    ['one of two hosts', hosts('a.example.com', 'www.example.com'), {}, true],
    ['another host', hosts('a.example.com'), {}, false],
    ['a path with regard to case', paths('/A'), { path: '/a' }, false],
    ['a path, whatever the query', paths('/a'), { path: '/a', query: 'x=/b' }, true],
    ['a method', { field: 'http-request-method', values: ['GET', 'HEAD'] }, { method: 'HEAD' }, true],
    ['another method', { field: 'http-request-method', values: ['GET'] }, { method: 'POST' }, false],
    [
      'a header without regard to case',
      { field: 'http-header', name: 'X-Version', values: ['V*'] },
      { headers: { 'x-version': 'v1' } },
      true,
    ],
    ['an absent header', { field: 'http-header', name: 'X-Version', values: ['*'] }, {}, false],
    [
      'a query pair',
      { field: 'query-string', values: [{ key: 'version', value: 'v?' }] },
      { query: 'a=b&Version=V1' },
      true,
    ],
    ['a query value under any key', { field: 'query-string', values: [{ value: 'v1' }] }, { query: 'a=v1' }, true],
    [
      'a query value under another key',
      { field: 'query-string', values: [{ key: 'b', value: 'v1' }] },
      { query: 'a=v1' },
      false,
    ],
    ['an address in a block', { field: 'source-ip', values: ['10.0.0.0/8', '127.0.0.0/8'] }, {}, true],
    ['an address out of a block', { field: 'source-ip', values: ['10.0.0.0/8'] }, {}, false],
    [
      'an IPv6 address in a block',
      { field: 'source-ip', values: ['2001:db8::/32'] },
      { sourceIp: '2001:db8::1' },
      true,
    ],
  ]
  for (const [name, condition, change, holds] of cases) {
    const rule: JudgedRule = { priority: 1, conditions: [condition], actions: [respond('200')] }
    t.equal(ruleFor(request(change), listener(rule)) === rule, holds, name)
  }
})

void t.test('the rule with the lowest priority whose conditions all hold answers', async (t) => {
  const rules: readonly JudgedRule[] = [
    { priority: 10, conditions: [paths('/*')], actions: [respond('210')] },
    { priority: 2, conditions: [hosts('www.example.com'), paths('/b')], actions: [respond('202')] },
    { priority: 1, conditions: [hosts('a.example.com'), paths('/*')], actions: [respond('201')] },
  ]
  const status = (change: Partial<JudgedRequest>) => {
    const verdict = judge(request(change), listener(...rules))
    return verdict.does === 'respond' ? verdict.status : undefined
  }
  t.equal(status({ path: '/b' }), 202)
  t.equal(status({ path: '/c' }), 210)
  t.equal(status({ host: 'a.example.com', path: '/b' }), 201)
  t.equal(status({ path: '' }), 404, 'no rule: the default action')
})

void t.test('a redirect fills in its keywords', async (t) => {
  t.equal(location({ protocol: 'HTTPS', port: '443' }), '301 https://www.example.com:443/a/b?x=1')
  t.equal(
    location({ statusCode: 'HTTP_302', host: 'new.#{host}', path: '/new/#{path}' }),
    '302 http://new.www.example.com:80/new/a/b?x=1',
  )
  t.equal(
    location({ path: '/#{host}/#{port}', query: 'from=#{path}&#{query}' }),
    '301 http://www.example.com:80/www.example.com/80?from=a/b&x=1',
  )
  t.equal(location({ path: '/x' }, { query: '' }), '301 http://www.example.com:80/x')
})

void t.test('a weighted forward draws among its target groups', async (t) => {
  const [draws, counts] = [1000, new Map<unknown, number>()]
  for (let index = 0; index < draws; index += 1) {
    const group = drawn(weighted(1, 0, 3), index / draws)
    counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  t.same(
    [...counts],
    [
      ['group-0', 250],
      ['group-2', 750],
    ],
  )
  t.equal(drawn(weighted(0, 1), 0), 'group-1', 'a weight of nothing is never drawn')
  t.equal(drawn(weighted(0, 0), 0.5), 503)
})

function location(
  redirect: Partial<Extract<JudgedAction, { type: 'redirect' }>>,
  change: Partial<JudgedRequest> = {},
): string | undefined {
  const rule: JudgedRule = {
    priority: 1,
    conditions: [],
    actions: [{ type: 'redirect', statusCode: 'HTTP_301', ...redirect }],
  }
  const verdict = judge(request({ path: '/a/b', query: 'x=1', ...change }), listener(rule))
  return verdict.does === 'redirect' ? `${verdict.status} ${verdict.location}` : undefined
}

function weighted(...weights: readonly number[]): JudgedRule {
  const targetGroups = weights.map((weight, index) => ({ arn: `group-${index}`, weight }))
  return { priority: 1, conditions: [], actions: [{ type: 'forward', targetGroups }] }
}

function drawn(rule: JudgedRule, draw: number): string | number | undefined {
  const verdict = judge(request(), listener(rule), draw)
  return verdict.does === 'forward' ? verdict.targetGroupArn : verdict.does === 'respond' ? verdict.status : undefined
}
