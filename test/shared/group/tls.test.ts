import t from 'tap'
import { defaultAnnotations } from '../../../shared/features/defaulting.ts'
import { orderFaults } from '../../../shared/findings/order.ts'
import { causeMessage, causeField, warningText } from '../../../shared/findings/text.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import { evaluate } from '../../../shared/group/evaluate.ts'
import type { Certificate } from '../../../shared/ingress/facts.ts'
import type { DesiredListener } from '../../../shared/model/model.ts'
import { prefix } from '../../../shared/names/annotation-keys.ts'
import { certificate, facts, flags, ingress, type IngressChanges, path, type World } from '../../builders.ts'

const group = 'echoserver/echoserver'
const arn = (id: string, region = 'ap-northeast-1', account = '123456789012'): string =>
  `arn:aws:acm:${region}:${account}:certificate/00000000-0000-0000-0000-0000${id}`
const both = '[{"HTTP":80},{"HTTPS":443}]'

const findings = (changes: IngressChanges, world: World = {}) =>
  judgeIngress({ operation: 'CREATE', after: ingress(changes), dryRun: false }, facts(world)).findings
const faults = (changes: IngressChanges, world: World = {}): readonly string[] =>
  orderFaults(findings(changes, world).filter(({ kind }) => kind === 'fault')).map(
    (finding) => `${causeField(finding).replace(`metadata.annotations[${prefix}`, '[')}: ${causeMessage(finding)}`,
  )
const warnings = (changes: IngressChanges, world: World = {}): readonly string[] =>
  findings(changes, world)
    .filter(({ kind }) => kind !== 'fault')
    .map(warningText)

const listeners = (changes: IngressChanges, world: World): readonly DesiredListener[] => {
  const { model } = evaluate(
    { key: group, members: [{ name: group, ingress: ingress(changes), role: 'present' }] },
    facts(world),
  )
  if (model.is !== 'stack') throw new Error('at fault')
  return model.stack.listeners
}

void t.test('M3: a port twice, and a certificate of another region', async (t) => {
  t.same(
    faults({ keys: { 'listen-ports': '[{"HTTP":80},{"HTTPS":80}]', 'certificate-arn': arn('4b3c2d1e', 'eu-west-1') } }),
    [
      '[listen-ports][1].HTTPS: Duplicate value: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]',
      '[certificate-arn]: Invalid value: "arn:aws:acm:eu-west-1:123456789012:certificate/...4b3c2d1e": is in eu-west-1, the load balancer is in ap-northeast-1; request or import the certificate there [CertificateRegion]',
    ],
  )
})

void t.test('listeners at fault are told alone, not what would follow from there being none', async (t) => {
  const keys = {
    'listen-ports': '[{"HTTP":80},{"HTTPS":80}]',
    'certificate-arn': arn('4b3c2d1e'),
    'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'ssl-redirect': '443',
  }
  t.same(faults({ keys }), [
    '[listen-ports][1].HTTPS: Duplicate value: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]',
  ])
  t.same(warnings({ keys }), [])
})

void t.test('M4: a certificate that does not exist', async (t) => {
  const world = facts()
  const { findings: found } = judgeIngress(
    { operation: 'CREATE', after: ingress({ keys: { 'certificate-arn': arn('00000000') } }), dryRun: false },
    { ...world, aws: new Map([...world.aws, [`certificate/${arn('00000000')}`, { is: 'absent' }]]) },
  )
  t.same(found.filter(({ kind }) => kind === 'fault').map(causeMessage), [
    `Not found: "arn:aws:acm:ap-northeast-1:123456789012:certificate/...00000000": no such certificate in this account and region; write an ARN that 'aws acm list-certificates' shows [CertificateNotFound]`,
  ])
})

void t.test('M5: a redirect to an HTTP listener, and HTTPS without any source of a certificate', async (t) => {
  const spec = { ingressClassName: 'alb', rules: [{ paths: [path()] }], tlsHosts: [] }
  t.same(faults({ keys: { 'listen-ports': both, 'ssl-redirect': '80' }, spec }), [
    '[ssl-redirect]: Invalid value: "80": port 80 is an HTTP listener; write the port of the HTTPS listener, 443 [SslRedirectNotHttps]',
    '[certificate-arn]: Required value: HTTPS:443 has no certificate, and no rule or spec.tls names a host to find one by; set certificate-arn or a host [CertificateMissing]',
  ])
})

const states = [
  {
    name: 'pending',
    is: { status: 'PENDING_VALIDATION', missingRecords: ['_a.example.com CNAME _b.acm'] },
    want: /is PENDING_VALIDATION.*create the DNS record _a.example.com CNAME _b.acm \[CertificateNotIssued\]/,
  },
  { name: 'expired', is: { notAfter: '2026-05-01T00:00:00Z' }, want: /expired on 2026-05-01.*\[CertificateExpired\]/ },
  { name: 'of a key that is too long', is: { keyAlgorithm: 'RSA_8192' }, want: /RSA_8192.*\[CertificateKey\]/ },
] as const
for (const { name, is, want } of states)
  void t.test(`a certificate that is ${name} is refused`, async (t) => {
    const [fault, ...others] = faults(
      { keys: { 'certificate-arn': arn('4b3c2d1e') } },
      { certificates: [certificate(is)] },
    )
    t.match(fault, want)
    t.same(others, [])
  })

void t.test('a certificate of another account is refused from its text', async (t) => {
  const [fault] = faults({ keys: { 'certificate-arn': arn('4b3c2d1e', 'ap-northeast-1', '999999999999') } })
  t.match(fault, /belongs to account 999999999999/)
})

void t.test('a certificate that expires soon, and one that covers no host, are told', async (t) => {
  const keys = { 'certificate-arn': arn('4b3c2d1e') }
  t.same(warnings({ keys }, { certificates: [certificate({ notAfter: '2026-06-12T12:00:00Z', renewable: false })] }), [
    'certificate-arn: ...4b3c2d1e expires in 12 days and cannot be renewed automatically',
  ])
  t.same(warnings({ keys }, { certificates: [certificate({ names: ['other.example.com'] })] }), [
    'certificate-arn: no certificate covers a host of the Ingress',
  ])
})

void t.test('without an answer of ACM nothing is refused, and what was not checked is named', async (t) => {
  const keys = { 'certificate-arn': arn('4b3c2d1e') }
  t.same(faults({ keys }), [])
  const unchecked = 'certificate-arn: ...4b3c2d1e not checked: not asked; the controller checks it again'
  t.same(warnings({ keys }), [unchecked])
  const [all, one] = ['/*', '/admin.html'].map((of) => path({ path: of, pathType: 'ImplementationSpecific' }))
  if (all === undefined || one === undefined) throw new Error('two paths are made')
  t.same(
    warnings({
      keys,
      spec: { ingressClassName: 'alb', rules: [{ paths: [all, one] }], tlsHosts: [] },
    }),
    [unchecked, 'rule 2 (/admin.html) can never match: rule 1 (/*) comes first'],
    'what the rules say does not rest on it',
  )
})

void t.test('discovery attaches every certificate that covers a host, and tells which one a host gets', async (t) => {
  const changes = { keys: { 'listen-ports': '[{"HTTPS":443}]' } }
  const certificates = [
    certificate({ arn: arn('cccccccc'), names: ['*.example.com'], notAfter: '2027-06-01T00:00:00Z' }),
    certificate({ arn: arn('aaaaaaaa'), names: ['echoserver.example.com'] }),
    certificate({ arn: arn('bbbbbbbb'), names: ['echoserver.example.com'], status: 'PENDING_VALIDATION' }),
    certificate({ arn: arn('dddddddd'), names: ['*.echoserver.example.com'] }),
  ]
  t.same(listeners(changes, { certificates })[0]?.tls, {
    defaultCertificate: arn('aaaaaaaa'),
    certificates: [arn('aaaaaaaa'), arn('cccccccc')],
    sslPolicy: 'ELBSecurityPolicy-2016-08',
  })
  t.same(warnings(changes, { certificates }), [
    'host echoserver.example.com: uses certificate ...aaaaaaaa (exact name, valid to 2027-03-01)',
  ])
})

const discovered = { keys: { 'listen-ports': both } }
const named = (id: string, changes: Partial<Certificate> = {}): Certificate =>
  certificate({ arn: arn(id), names: ['echoserver.example.com'], ...changes })

void t.test('two certificates that cover a host equally well are told', async (t) => {
  const twins = [named('aaaaaaaa'), named('bbbbbbbb')]
  t.same(warnings(discovered, { certificates: twins }).slice(1), [
    'host echoserver.example.com: ...bbbbbbbb matches as well as ...aaaaaaaa; both are attached',
  ])
  const unlike = [named('aaaaaaaa'), named('bbbbbbbb', { names: ['*.example.com'] })]
  t.equal(warnings(discovered, { certificates: unlike }).length, 1)
})

void t.test(
  'a certificate that was found and ends within a week is told, unless another one lasts longer',
  async (t) => {
    const ending = named('aaaaaaaa', { notAfter: '2026-06-05T12:00:00Z' })
    const wildcard = named('bbbbbbbb', { names: ['*.example.com'] })
    const ends =
      /^host echoserver\.example\.com: certificate \.\.\.aaaaaaaa expires in \d days, and no other lasts longer$/
    t.match(warnings(discovered, { certificates: [ending] }), [ends, /uses certificate \.\.\.aaaaaaaa/])
    t.match(warnings(discovered, { certificates: [ending, wildcard] }), [/uses certificate \.\.\.aaaaaaaa/])
    t.equal(warnings(discovered, { certificates: [ending, wildcard] }).length, 1)
  },
)

void t.test('a certificate that differs from the host in upper and lower case is not used, and told', async (t) => {
  const loud = named('aaaaaaaa', { names: ['Echoserver.example.com'] })
  t.match(faults(discovered, { certificates: [loud] }), [
    /no issued certificate covers host "echoserver\.example\.com"; \.\.\.aaaaaaaa differs in upper and lower case/,
  ])
  t.same(warnings(discovered, { certificates: [loud, named('bbbbbbbb')] }).slice(0, 1), [
    'host echoserver.example.com: certificate ...aaaaaaaa not used, differs in upper and lower case',
  ])
})

void t.test('more certificates than a load balancer takes are refused, written ones too', async (t) => {
  const certificates = Array.from({ length: 27 }, (_, index) => named(String(index).padStart(8, '0')))
  const written = (count: number) =>
    faults(
      {
        keys: {
          'certificate-arn': certificates
            .slice(0, count)
            .map((each) => each.arn)
            .join(),
        },
      },
      { certificates },
    )
  t.match(written(27), [/Too many: 27: must have at most 25 items besides the default one; remove some/])
  t.same(written(26), [])
  const found = (count: number) => faults(discovered, { certificates: certificates.slice(0, count) })
  t.match(found(26), [/Too many: 26: must have at most 25 items; so many cover the hosts/])
  t.same(found(25), [])
  const keys = {
    'certificate-arn': certificates
      .slice(0, 21)
      .map((each) => each.arn)
      .join(),
  }
  t.same(warnings({ keys }, { certificates }), ['group echoserver/echoserver: 20 of 25 certificates used'])
})

void t.test('a Secret of spec.tls is told to be without effect', async (t) => {
  const spec = { ...ingress().spec, tlsHosts: ['echoserver.example.com'], tlsSecrets: ['shop-tls', 'shop-tls'] }
  t.same(warnings({ spec }), ['tls: secretName shop-tls ignored, certificates are those of ACM and IAM'])
})

void t.test('a host without certificate is refused, with the nearest miss', async (t) => {
  const changes = { keys: { 'listen-ports': '[{"HTTPS":443}]' } }
  const [pending] = faults(changes, { certificates: [certificate({ status: 'PENDING_VALIDATION' })] })
  t.match(
    pending,
    /no issued certificate covers host "echoserver.example.com"; ...4b3c2d1e does, but is PENDING_VALIDATION/,
  )
  const spec = { ingressClassName: 'alb', tlsHosts: [], rules: [{ host: 'a.b.example.com', paths: [path()] }] }
  const [nested] = faults({ ...changes, spec }, { certificates: [certificate({ names: ['*.example.com'] })] })
  t.match(nested, /a wildcard covers one label only, and ...4b3c2d1e is one label off/)
})

void t.test('ssl-redirect takes the rules from HTTP listeners', async (t) => {
  const keys = { 'listen-ports': both, 'ssl-redirect': '443', 'certificate-arn': arn('4b3c2d1e') }
  const [http, https] = listeners({ keys }, { certificates: [certificate()] })
  t.match(http, {
    port: 80,
    protocol: 'HTTP',
    rules: [],
    defaultAction: { is: 'redirect', protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
  })
  t.equal(https?.rules.length, 1)
})

void t.test('an explicit certificate moves the defaults: HTTPS:443 and a security policy', async (t) => {
  const { set } = defaultAnnotations(ingress({ keys: { 'certificate-arn': arn('4b3c2d1e') } }), undefined, flags())
  t.equal(set[`${prefix}listen-ports`], '[{"HTTPS":443}]')
  t.equal(set[`${prefix}ssl-policy`], 'ELBSecurityPolicy-2016-08')
})

void t.test('keys of TLS without an HTTPS listener have no effect', async (t) => {
  const keys = {
    'listen-ports': '[{"HTTP":80}]',
    'certificate-arn': arn('4b3c2d1e'),
    'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06',
  }
  t.same(
    warnings({ keys }).filter((text) => text.includes('ignored')),
    ['certificate-arn: ignored, no HTTPS listener', 'ssl-policy: ignored, no HTTPS listener'],
  )
})

void t.test('a security policy that AWS does not have is refused with the nearest one', async (t) => {
  const world = facts({ certificates: [certificate()] })
  const policies = ['ELBSecurityPolicy-2016-08', 'ELBSecurityPolicy-TLS13-1-2-2021-06']
  const keys = { 'certificate-arn': arn('4b3c2d1e'), 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-07' }
  const { findings: found } = judgeIngress(
    { operation: 'CREATE', after: ingress({ keys }), dryRun: false },
    { ...world, aws: new Map([...world.aws, ['ssl-policies', { is: 'present', value: policies }]]) },
  )
  const [fault] = found.filter(({ kind }) => kind === 'fault').map(causeMessage)
  t.match(fault, /did you mean "ELBSecurityPolicy-TLS13-1-2-2021-06"\? \[SslPolicyNotFound\]/)
})

const spec = (...hosts: readonly string[]) => ({
  ingressClassName: 'alb',
  rules: hosts.map((host) => ({ host, paths: [path()] })),
  tlsHosts: [],
})

void t.test('a certificate that becomes the default one of a live listener by discovery is told', async (t) => {
  const keys = { 'listen-ports': '[{"HTTPS":443}]' }
  const [first, second] = [
    certificate({ arn: arn('00000001'), names: ['shop.example.com'] }),
    certificate({ arn: arn('00000002') }),
  ]
  const before = ingress({ keys, spec: spec('echoserver.example.com') })
  const after = ingress({ keys, spec: spec('echoserver.example.com', 'shop.example.com') })
  const moves = 'certificate-arn: default certificate of HTTPS:443 changes from ...00000002 to ...00000001'
  const known = facts({ certificates: [first, second] })
  const told = (to: typeof after) =>
    judgeIngress({ operation: 'UPDATE', before, after: to, dryRun: false }, known)
      .findings.map(warningText)
      .filter((text) => text.includes('default certificate'))
  t.same(told(after), [moves])
  t.same(told(before), [])
  const written = { ...keys, 'certificate-arn': `${first.arn},${second.arn}` }
  t.same(told(ingress({ keys: written, spec: spec('echoserver.example.com') })), [], 'who writes them has chosen')

  const member = { name: group, ingress: before, role: 'present' } as const
  const standing = evaluate({ key: group, members: [member] }, facts({ certificates: [second] })).standings.get(group)
  if (standing?.is !== 'current') throw new Error('it stands')
  const newer = certificate({ arn: arn('00000000') })
  const later = evaluate(
    { key: group, members: [{ ...member, lastGood: standing.contribution }] },
    facts({ certificates: [newer, second] }),
  )
  t.same(
    later.findings.filter(({ code }) => code === 'DefaultCertificateMoves').map(warningText),
    ['certificate-arn: default certificate of HTTPS:443 changes from ...00000002 to ...00000000'],
    'the controller tells of one that came up since',
  )
})
