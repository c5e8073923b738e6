import t from 'tap'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { certificate, facts, ingress, path, service } from '../../builders.ts'
import { compareRows, told, type Row } from './told.ts'

const keys = (written: Readonly<Record<string, string>>): Ingress => ingress({ keys: written })
const world = { certificates: [certificate()], services: [service()] }
const both = { 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' }
const https = { ...both, 'certificate-arn': certificate().arn }
const other = 'arn:aws:acm:us-east-1:123456789012:certificate/a'

/** Mistakes that have nothing to do with each other: each is told, whatever stands beside it. */
const severalRows: Readonly<Record<string, Row>> = {
  'a path and a timeout': {
    mistake: 'one key of the health check is malformed, two others disagree',
    ingress: keys({
      'healthcheck-path': 'health',
      'healthcheck-interval-seconds': '10',
      'healthcheck-timeout-seconds': '10',
    }),
    told: ['deny HealthCheckPathSyntax healthcheck-path', 'deny TimeoutNotBelowInterval healthcheck-timeout-seconds'],
  },
  'a certificate and a redirect': {
    mistake: 'no ARN, and the port of the HTTP listener',
    ingress: keys({ ...both, 'certificate-arn': 'web', 'ssl-redirect': '80' }),
    told: ['deny CertificateArn certificate-arn', 'deny SslRedirectNotHttps ssl-redirect'],
  },
  'three certificates': {
    mistake: 'no ARN, one of another region, one of another account',
    ingress: keys({
      ...both,
      'certificate-arn': `web,${other},${certificate().arn.replace('123456789012', '9'.repeat(12))}`,
    }),
    told: [
      'deny CertificateAccount certificate-arn',
      'deny CertificateArn certificate-arn',
      'deny CertificateRegion certificate-arn',
    ],
  },
  'a group and a switch': {
    mistake: 'a malformed id beside a bool in words',
    ingress: keys({ 'security-groups': 'sg-XY', 'manage-backend-security-group-rules': 'maybe' }),
    told: ['deny BoolSyntax manage-backend-security-group-rules', 'deny SecurityGroupIdMalformed security-groups'],
  },
  'three groups': {
    mistake: 'a malformed id, one of another VPC, a Name that there is not',
    ingress: keys({ 'security-groups': 'sg-XY,sg-1,web' }),
    world: { securityGroups: [{ id: 'sg-1', name: '', vpcId: 'vpc-b' }] },
    told: [
      'deny SecurityGroupIdMalformed security-groups',
      'deny SecurityGroupNotFound security-groups',
      'deny SecurityGroupOtherVpc security-groups',
      'warn TargetsMustAdmit security-groups',
    ],
  },
  'four subnets': {
    mistake: 'a malformed id, one twice, one that there is not',
    ingress: keys({ subnets: 'subnet-XY,subnet-0a,subnet-0a,subnet-dead' }),
    absent: ['subnet-dead'],
    told: ['deny SubnetIdMalformed subnets', 'deny SubnetNotFound subnets', 'deny SubnetTwice subnets'],
  },
  'a tag twice and a key of AWS': {
    mistake: 'two tags',
    ingress: keys({ tags: 'a=1,a=2,aws:b=3' }),
    told: ['deny MapKeyTwice tags.a', 'deny TagKeyReserved tags.aws:b'],
  },
  'an attribute twice and one that there is not': {
    mistake: 'two attributes',
    ingress: keys({ 'load-balancer-attributes': 'waf.fail_open.enabled=true,waf.fail_open.enabled=true,foo=bar' }),
    told: [
      'deny AttributeUnknown load-balancer-attributes.foo',
      'deny MapKeyTwice load-balancer-attributes.waf.fail_open.enabled',
    ],
  },
}

/** One mistake is one fault: a rule that looks at a value which is at fault itself is not asked. */
const followUpRows: Readonly<Record<string, Row>> = {
  'gRPC and a redirect in words': {
    mistake: 'the redirect is meant',
    ingress: keys({ ...https, 'ssl-redirect': 'true', 'backend-protocol-version': 'GRPC' }),
    told: ['deny NotANumber ssl-redirect'],
  },
  'gRPC and a redirect to another port': {
    mistake: 'the redirect is meant',
    ingress: keys({ ...https, 'ssl-redirect': '8443', 'backend-protocol-version': 'GRPC' }),
    told: ['deny SslRedirectNotHttps ssl-redirect'],
  },
  'gRPC and a certificate that is none': {
    mistake: 'HTTPS is meant, as with every certificate',
    ingress: keys({ 'certificate-arn': 'web', 'backend-protocol-version': 'GRPC' }),
    told: ['deny CertificateArn certificate-arn'],
  },
  'a certificate of another partition': {
    mistake: 'nobody is asked for it',
    ingress: keys({ ...both, 'certificate-arn': 'arn:aws-cn:iam::123456789012:server-certificate/web' }),
    told: ['deny CertificateRegion certificate-arn'],
  },
  'a bucket that is none beside logs in the old spelling': {
    mistake: 'a bucket is written',
    ingress: keys({
      attributes: 'access_logs.s3.enabled=true',
      'load-balancer-attributes': 'access_logs.s3.bucket=BAD',
    }),
    told: ['deny AttributeValue load-balancer-attributes.access_logs.s3.bucket', 'warn OldSpelling attributes'],
  },
  'an interval out of range': {
    mistake: 'and below the timeout',
    ingress: keys({ 'healthcheck-interval-seconds': '1', 'healthcheck-timeout-seconds': '2' }),
    told: ['deny OutOfRange healthcheck-interval-seconds'],
  },
  'a path that is meant as a regular expression': {
    mistake: 'what it asks for is not built yet',
    ingress: ingress({
      keys: { 'use-regex-path-match': 'true' },
      spec: {
        ...ingress().spec,
        rules: [{ paths: [path({ path: '/api/(v1|v2)', pathType: 'ImplementationSpecific' })] }],
      },
    }),
    told: ['deny NotSupportedYet use-regex-path-match'],
  },
  'a list without an entry beside a switch that needs it': {
    mistake: 'groups are meant',
    ingress: keys({ 'security-groups': ',', 'manage-backend-security-group-rules': 'true' }),
    told: ['deny ListSyntax security-groups'],
  },
}

const withWorld = (rows: Readonly<Record<string, Row>>): Readonly<Record<string, Row>> =>
  Object.fromEntries(Object.entries(rows).map(([id, row]) => [id, { ...row, world: { ...world, ...row.world } }]))

void t.test('each of several mistakes is told', async (t) => {
  compareRows(t, withWorld(severalRows))
})

void t.test('one mistake is told once', async (t) => {
  compareRows(t, withWorld(followUpRows))
})

const manyPaths = (count: number, written: Readonly<Record<string, string>>): Ingress =>
  ingress({
    keys: written,
    spec: {
      ...ingress().spec,
      rules: [
        { host: 'echoserver.example.com', paths: Array.from({ length: count }, (_, i) => path({ path: `/${i}` })) },
      ],
    },
  })

void t.test('listeners that only redirect have no rules to count', async (t) => {
  const redirecting = { ...https, 'ssl-redirect': '443' }
  t.same(told(manyPaths(79, redirecting), facts(world)), [])
  t.same(told(manyPaths(100, redirecting), facts(world)), ['warn RulesManyUsed spec.rules'])
  t.same(told(manyPaths(101, redirecting), facts(world)), ['deny RulesTooMany spec.rules'])
  t.same(told(manyPaths(51, https), facts(world)), ['deny RulesTooMany spec.rules'])
})

const blocks = (count: number, block: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => block(index)).join()
const ipv4 = (index: number): string => `10.${index}.0.0/16`
const ipv6 = (index: number): string => `2001:db8:${index}::/48`
const open = (value: string, more = {}) => told(keys({ 'inbound-cidrs': value, ...more }), facts(world))

void t.test(
  'inbound blocks are counted for each family that the load balancer has, and for each listener',
  async (t) => {
    t.same(open(blocks(47, ipv4)), [])
    t.same(open(blocks(60, ipv4)), ['warn SecurityGroupRulesManyUsed spec.rules'])
    t.same(open(blocks(61, ipv4)), ['deny SecurityGroupRulesTooMany inbound-cidrs'])
    t.same(open(blocks(31, ipv4), https), ['deny SecurityGroupRulesTooMany inbound-cidrs'])
    t.same(open(`${blocks(20, ipv4)},${blocks(61, ipv6)}`), ['warn CidrFamily inbound-cidrs'])
  },
)

const policy = (name: string) => told(keys({ ...https, 'ssl-redirect': '443', 'ssl-policy': name }), facts(world))

void t.test('a policy that is not known is told while AWS does not answer, and none is refused', async (t) => {
  t.same(policy('ELBSecurityPolicy-TLS13-1-2-2021-06'), [])
  t.same(policy('ELBSecurityPolicy-TLS13-1-2-2031-06'), ['warn NotChecked ssl-policy'])
  t.same(policy('ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04'), ['warn SslPolicyOld ssl-policy'])
})

const inRegion = (region: string, partition: string) => {
  const arn = `arn:${partition}:acm:${region}:123456789012:certificate/a`
  const known = { ...world, flags: { region }, certificates: [certificate({ arn })] }
  return told(keys({ 'certificate-arn': arn }), facts(known))
}

void t.test('the partition of a certificate is that of the region', async (t) => {
  t.same(inRegion('eusc-de-east-1', 'aws-eusc'), [])
  t.same(inRegion('us-isob-east-1', 'aws-iso-b'), [])
  t.same(inRegion('us-gov-west-1', 'aws'), ['deny CertificateRegion certificate-arn'])
})

void t.test('a tag is counted in characters', async (t) => {
  t.same(told(keys({ tags: `${'𐐀'.repeat(128)}=v` }), facts(world)), [])
  t.match(told(keys({ tags: `${'𐐀'.repeat(129)}=v` }), facts(world)), [/^deny TagKeyInvalid/])
})

const certificates = Array.from({ length: 26 }, (_, index) =>
  certificate({ arn: certificate().arn.replace(/.{2}$/, String(10 + index)) }),
)
const withCertificates = (count: number, written: Readonly<Record<string, string>>) =>
  told(
    keys({
      ...written,
      'certificate-arn': certificates
        .slice(0, count)
        .map(({ arn }) => arn)
        .join(),
    }),
    facts({ ...world, certificates }),
  )

void t.test('a certificate counts for each listener that has it', async (t) => {
  const two = { 'listen-ports': '[{"HTTPS":443},{"HTTPS":8443}]' }
  t.same(withCertificates(10, two), [])
  t.same(withCertificates(13, two), ['warn CertificatesManyUsed spec.rules'])
  t.same(withCertificates(14, two), ['deny CertificatesTooMany certificate-arn'])
  const found = (count: number) => told(keys(two), facts({ ...world, certificates: certificates.slice(0, count) }))
  t.notOk(found(13).some((line) => line.startsWith('deny')))
  t.ok(found(14).includes('deny CertificatesTooMany certificate-arn'))
})

const miss = (changes: Parameters<typeof certificate>[0]) =>
  judgeIngress(
    { operation: 'CREATE', after: keys({ 'listen-ports': '[{"HTTPS":443}]' }), dryRun: false },
    facts({ ...world, certificates: [certificate(changes)] }),
  ).findings.map(({ message }) => message)

void t.test('a host without certificate is told once, with why the nearest one does not serve', async (t) => {
  t.same(miss({ names: ['Echoserver.example.com'] }), [
    'no issued certificate covers host "echoserver.example.com"; ...4b3c2d1e differs in upper and lower case',
  ])
  t.same(miss({ keyAlgorithm: 'RSA_8192' }), [
    'no issued certificate covers host "echoserver.example.com"; ...4b3c2d1e does, but a load balancer does not take its key of type RSA_8192',
  ])
})
