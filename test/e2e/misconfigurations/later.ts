/** Rows of keys that are not built yet: what is written of them, and the keys that are refused or told for it. */
export interface LaterRow {
  readonly id: string
  readonly keys: Readonly<Record<string, string>>
}

const action = (value: unknown) => ({ 'actions.a': JSON.stringify(value) })
const fixed = (config: unknown) => action({ type: 'fixed-response', fixedResponseConfig: config })
const redirect = (config: unknown) => action({ type: 'redirect', redirectConfig: config })
const forward = (config: unknown) => action({ type: 'forward', forwardConfig: config })
const condition = (value: unknown) => ({ 'conditions.a': JSON.stringify([value]) })
const transform = (value: unknown) => ({ 'transforms.a': JSON.stringify(value) })
const mutual = (value: unknown) => ({ 'mutual-authentication': JSON.stringify(value) })
const rewrite = (rewrites: unknown) => ({ type: 'url-rewrite', urlRewriteConfig: { rewrites } })
const oidc = (changes: object) => ({
  'auth-type': 'oidc',
  'auth-idp-oidc': JSON.stringify({
    issuer: 'https://idp',
    authorizationEndpoint: 'https://idp/a',
    tokenEndpoint: 'https://idp/t',
    userInfoEndpoint: 'https://idp/u',
    secretName: 'oidc',
    ...changes,
  }),
})
const jwt = (value: object) => ({ 'jwt-validation': JSON.stringify(value) })
const arn = (service: string, rest: string) => `arn:aws:${service}:ap-northeast-1:123456789012:${rest}`
const targetGroup = arn('elasticloadbalancing', 'targetgroup/t/0123456789abcdef')
const service = (name: string, weight?: number) => ({
  serviceName: name,
  servicePort: '80',
  ...(weight === undefined ? {} : { weight }),
})
const nlb = (name: string, value: string) => ({ 'enable-frontend-nlb': 'true', [`frontend-nlb-${name}`]: value })
const group = (keys: Readonly<Record<string, string>>) => ({ 'group.name': 'shop', ...keys })

const rows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'GRP-01': { 'group.name': 'My_Group' },
  'GRP-04': { 'group.name': 'b' },
  'GRP-05': { 'group.name': 'shop', 'group.order': 'first' },
  'GRP-07': { 'group.name': 'shop', 'group.order': '10' },
  'CLS-15': group({ 'load-balancer-attributes': 'idle_timeout.timeout_seconds=60' }),
  'LSN-17': group({ 'security-group-prefix-lists': 'pl-1' }),
  'LSN-20': { 'security-group-prefix-lists': 'pl-dead' },
  'LSN-23': group({ 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06' }),
  'LSN-27': { 'listener-attributes.HTTP-80': 'foo=bar' },
  'LSN-28': { 'listener-attributes.HTTP-80': 'routing.http.request.x_amzn_mtls_clientcert.header_name=x' },
  'LSN-29': { 'listener-attributes.HTTP-80': 'routing.http.response.server.enabled=maybe' },
  'SSL-04': group({ 'ssl-redirect': '8443' }),
  'SSL-05': group({ 'ssl-redirect': '443' }),
  'MTL-02': mutual([]),
  'MTL-03': mutual([{ port: 0, mode: 'off' }]),
  'MTL-04': mutual([{ port: 443 }]),
  'MTL-05': mutual([{ port: 443, mode: 'strict' }]),
  'MTL-06': mutual([{ port: 443, mode: 'verify' }]),
  'MTL-07': mutual([{ port: 443, mode: 'passthrough', trustStore: 't' }]),
  'MTL-08': mutual([{ port: 443, mode: 'off', ignoreClientCertificateExpiry: true }]),
  'MTL-09': mutual([{ port: 443, mode: 'verify', trustStore: 't', advertiseTrustStoreCaNames: 'true' }]),
  'MTL-11': mutual([{ port: 443, mode: 'verify', trustStore: arn('elasticloadbalancing', 'truststore/t/dead') }]),
  'MTL-13': group(mutual([{ port: 443, mode: 'off' }])),
  'MTL-15': mutual([443, 8443, 9443].map((port) => ({ port, mode: 'verify', trustStore: 't' }))),
  'LB-07': group({ 'load-balancer-name': 'x' }),
  'LB-13': group({ 'ip-address-type': 'ipv4' }),
  'LB-15': { 'customer-owned-ipv4-pool': '' },
  'LB-16': group({ 'customer-owned-ipv4-pool': 'ipv4pool-coip-a' }),
  'LB-19': { scheme: 'internal', 'ipam-ipv4-pool-id': 'ipam-pool-x' },
  'SUB-16': group({ subnets: 'private-ap-northeast-1a,private-ap-northeast-1c' }),
  'TAG-01': group({ tags: 'env=a' }),
  'PRS-01': { 'shield-advanced-protection': 'yes' },
  'PRS-05': redirect({ statuscodes: '301' }),
  'WAF-01': group({ 'wafv2-acl-arn': arn('wafv2', 'regional/webacl/a/0a1b2c3d') }),
  'WAF-03': { 'wafv2-acl-name': 'nope' },
  'WAF-04': { 'wafv2-acl-arn': arn('wafv2', 'global/webacl/a/0a1b2c3d') },
  'WAF-06': { 'wafv2-acl-arn': arn('wafv2', 'regional/webacl/a/0a1b2c3d'), 'wafv2-acl-name': 'a' },
  'WAF-09': group({ 'shield-advanced-protection': 'true' }),
  'WAF-10': { 'shield-advanced-protection': 'true' },
  'WAF-11': { scheme: 'internal', 'shield-advanced-protection': 'true' },
  'RUL-01': group({}),
  'RUL-04': { 'use-regex-path-match': 'true' },
  'RUL-08': condition({ field: 'path-pattern', pathPatternConfig: { values: ['/a', '/b', '/c'] } }),
  'RUL-10': condition({ field: 'host-header', hostHeaderConfig: { values: ['b.example.com'] } }),
  'RUL-11': condition({ field: 'host-header', hostHeaderConfig: { regexValues: ['^b'] } }),
  'RUL-18': forward({ targetGroups: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => service(name, 1)) }),
  'RUL-23': {
    ...redirect({ statusCode: 'HTTP_301', host: 'b.example.com' }),
    ...condition({ field: 'host-header', hostHeaderConfig: { regexValues: ['.*'] } }),
  },
  'ACT-04': action({ type: 'authenticate-oidc' }),
  'ACT-05': action({ type: 'fixed-response' }),
  'ACT-06': fixed({ statusCode: '302' }),
  'ACT-07': fixed({ statusCode: '200', contentType: 'text/plain', messageBody: 'b'.repeat(2000) }),
  'ACT-09': redirect({}),
  'ACT-11': redirect({ statusCode: 'HTTP_301' }),
  'ACT-12': redirect({ statusCode: 'HTTP_301', protocol: 'TCP' }),
  'ACT-13': redirect({ statusCode: 'HTTP_301', port: 'https' }),
  'ACT-15': redirect({ statusCode: 'HTTP_301', query: '?a=b' }),
  'ACT-16': redirect({ statusCode: 'HTTP_301', host: 'h'.repeat(129) }),
  'ACT-18': action({ type: 'forward' }),
  'ACT-19': action({ type: 'forward', targetGroupARN: targetGroup, forwardConfig: { targetGroups: [service('s')] } }),
  'ACT-20': forward({ targetGroups: [{}] }),
  'ACT-22': forward({ targetGroups: [{ serviceName: 's' }] }),
  'ACT-23': forward({ targetGroups: [service('a'), service('b')] }),
  'ACT-24': forward({ targetGroups: [service('a', 1000)] }),
  'ACT-25': forward({ targetGroups: [service('a', 0), service('b', 0)] }),
  'ACT-26': forward({ targetGroups: [] }),
  'ACT-28': action({ type: 'forward', targetGroupARN: arn('elasticloadbalancing', 'targetgroup/t/dead') }),
  'ACT-29': action({ type: 'forward', targetGroupARN: targetGroup }),
  'ACT-30': action({ type: 'forward', targetGroupARN: targetGroup }),
  'ACT-31': action({ type: 'forward', targetGroupName: 'nope' }),
  'ACT-32': forward({ targetGroups: [service('s', 1), service('s', 1)] }),
  'ACT-33': forward({ targetGroups: [service('echoserver', 1), service('gone', 1)] }),
  'TRF-03': transform([rewrite([])]),
  'TRF-04': transform([rewrite([{ regex: 'a', replace: 'b' }]), rewrite([{ regex: 'c', replace: 'd' }])]),
  'TRF-05': transform([rewrite([{ regex: '(?=a)', replace: 'b' }])]),
  'CND-01': { 'conditions.s': '[{' },
  'CND-03': condition({ field: 'host-header', hostHeaderConfig: {} }),
  'CND-04': condition({ field: 'path-pattern', pathPatternConfig: { values: ['/a'], regexValues: ['/b'] } }),
  'CND-05': condition({ field: 'query-string', queryStringConfig: { values: [{ key: 'a' }] } }),
  'CND-06': condition({ field: 'source-ip', sourceIPConfig: { values: [] } }),
  'CND-07': condition({ field: 'cookie' }),
  'CND-08': { 'conditions.echoserver': '[]' },
  'CND-10': condition({ field: 'http-header', httpHeaderConfig: { httpHeaderName: 'x', values: ['v'.repeat(129)] } }),
  'CND-13': condition({ field: 'source-ip', sourceIPConfig: { values: ['10.0.0.1/8'] } }),
  'CND-14': condition({ field: 'query-string', queryStringConfig: { values: [{ key: 'k'.repeat(200), value: 'v' }] } }),
  'CND-15': condition({ field: 'host-header', hostHeaderConfig: { values: [''] } }),
  'AUT-04': { 'auth-type': 'oidc', 'auth-idp-oidc': '{' },
  'AUT-05': oidc({ secretName: 'gone' }),
  'AUT-08': oidc({ tokenEndpoint: 'http://idp' }),
  'AUT-09': { 'auth-type': 'oidc', 'auth-idp-oidc': '{"issuer":""}' },
  'AUT-12': { ...oidc({}), 'auth-session-timeout': '700000' },
  'AUT-13': oidc({
    authenticationRequestExtraParams: Object.fromEntries('abcdefghijk'.split('').map((key) => [key, 'v'])),
  }),
  'AUT-14': {
    'auth-type': 'cognito',
    'auth-idp-cognito': JSON.stringify({
      userPoolARN: arn('cognito-idp', 'userpool/dead'),
      userPoolClientID: 'c',
      userPoolDomain: 'd',
    }),
  },
  'AUT-15': { ...oidc({}), 'listen-ports': '[{"HTTP":80}]' },
  'AUT-16': oidc({}),
  'AUT-17': { 'auth-type': 'oidc', ...forward({ targetGroups: [service('a', 1), service('b', 1)] }) },
  'AUT-18': jwt({ issuer: 'x' }),
  'AUT-20': jwt({
    issuer: 'x',
    jwksEndpoint: 'https://x',
    additionalClaims: [{ name: 'exp', format: 'single-string', values: ['1'] }],
  }),
  'AUT-21': jwt({ issuer: 'x', jwksEndpoint: 'http://x' }),
  'SVC-18': { 'target-control-port.echoserver.80': '9000' },
  'SVC-19': { 'target-control-port.echoserver.80': 'abc' },
  'SVC-20': { 'multi-cluster-target-group': 'maybe' },
  'FNL-01': group({ 'enable-frontend-nlb': 'true' }),
  'FNL-02': nlb('scheme', 'public'),
  'FNL-03': group(nlb('subnets', 'a')),
  'FNL-05': nlb('eip-allocations', 'eipalloc-1,eipalloc-2'),
  'FNL-06': group(nlb('eip-allocations', 'eipalloc-1')),
  'FNL-07': nlb('listener-port-mapping', 'a=b'),
  'FNL-08': group(nlb('listener-port-mapping', '80=80')),
  'FNL-09': nlb('healthcheck-protocol', 'TCP'),
}

export const laterRows: readonly LaterRow[] = Object.entries(rows).map(([id, keys]) => ({ id, keys }))
