import { assert, property, string } from 'fast-check'
import t from 'tap'
import {
  causeField,
  causeMessage,
  faultLine,
  oldFaultText,
  sanitise,
  warningSubject,
  warningText,
} from '../../../shared/findings/text.ts'
import { aboutAnnotation, aboutSpec } from './finding.ts'

const invalid = (value: string): string =>
  causeMessage(aboutAnnotation('subnets', { code: 'SubnetIdMalformed', value, message: 'is none' }))

const ofTags = (text: string): string =>
  causeMessage(aboutAnnotation('tags', { code: 'MapSyntax', value: `"${text}"`, message: 'm' }))

const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-55554b3c2d1e'

void t.test('a cause reads as the walkthrough shows it', async (t) => {
  const cases = [
    [
      aboutAnnotation('listen-ports', {
        code: 'JsonSyntax',
        value: '"80,443"',
        message: 'not JSON (line 1, column 3: unexpected ",")',
        fix: `write '[{"HTTP":80},{"HTTPS":443}]' instead`,
      }),
      `metadata.annotations[alb.ingress.kubernetes.io/listen-ports]: Invalid value: "80,443": not JSON (line 1, column 3: unexpected ","); write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
    ],
    [
      aboutAnnotation('scheme', {
        code: 'SchemeUnknown',
        value: '"public"',
        message: 'supported values: "internal", "internet-facing"',
        fix: 'did you mean "internet-facing"?',
      }),
      'metadata.annotations[alb.ingress.kubernetes.io/scheme]: Unsupported value: "public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]',
    ],
    [
      aboutAnnotation('listen-ports', {
        path: 'metadata.annotations[alb.ingress.kubernetes.io/listen-ports][1].HTTPS',
        code: 'ListenPortTwice',
        value: '80',
        message: 'port 80 is already taken by HTTP',
        fix: 'write 443',
      }),
      'metadata.annotations[alb.ingress.kubernetes.io/listen-ports][1].HTTPS: Duplicate value: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]',
    ],
    [
      aboutSpec('spec.rules[0].http.paths[0].backend.service.port.number', {
        code: 'ServicePortNotFound',
        value: '81',
        message: 'Service "echoserver" has port 80',
        fix: 'write 80',
      }),
      'spec.rules[0].http.paths[0].backend.service.port.number: Not found: 81: Service "echoserver" has port 80; write 80 [ServicePortNotFound]',
    ],
    [
      aboutAnnotation('tags', {
        path: 'metadata.annotations[alb.ingress.kubernetes.io/tags].aws:owner',
        code: 'TagKeyReserved',
        value: '"aws:owner"',
        message: 'keys that begin with "aws:" belong to AWS',
        fix: 'write "owner=me"',
      }),
      'metadata.annotations[alb.ingress.kubernetes.io/tags].aws:owner: Forbidden: keys that begin with "aws:" belong to AWS; write "owner=me" [TagKeyReserved]',
    ],
    [
      aboutSpec('spec.ingressClassName', {
        code: 'ClassNotFound',
        value: '"albb"',
        message: 'no such IngressClass',
        fix: 'did you mean "alb"?',
      }),
      'spec.ingressClassName: Not found: "albb": no such IngressClass; did you mean "alb"? [ClassNotFound]',
    ],
  ] as const
  for (const [finding, line] of cases) {
    t.equal(`${causeField(finding)}: ${causeMessage(finding)}`, line)
    t.equal(faultLine(finding), line)
  }
})

const verdictPerSubnet = aboutAnnotation('subnets', {
  code: 'SubnetsNotFound',
  message: 'no usable subnets for an internet-facing load balancer in vpc-0a1b: 1 zone found, 2 needed',
  fix: 'tag a subnet of another zone kubernetes.io/role/elb=1',
  details: [
    'subnet-01 ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)',
    'subnet-04 ap-northeast-1d  rejected: tagged for cluster "stage" only',
  ],
})

void t.test('the verdict per subnet stands below the cause, and behind it where there is one line only', async (t) => {
  const first =
    'Required value: no usable subnets for an internet-facing load balancer in vpc-0a1b: 1 zone found, 2 needed; tag a subnet of another zone kubernetes.io/role/elb=1 [SubnetsNotFound]'
  t.equal(
    causeMessage(verdictPerSubnet),
    `${first}
  subnet-01 ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)
  subnet-04 ap-northeast-1d  rejected: tagged for cluster "stage" only`,
  )
  t.equal(
    faultLine(verdictPerSubnet),
    `metadata.annotations[alb.ingress.kubernetes.io/subnets]: ${first}; subnet-01 ap-northeast-1a  chosen (role tag kubernetes.io/role/elb); subnet-04 ap-northeast-1d  rejected: tagged for cluster "stage" only`,
  )
})

void t.test('of a long value 61 characters are repeated, of an ARN its head and its last 8', async (t) => {
  t.equal(invalid(`"${'a'.repeat(64)}"`), `Invalid value: "${'a'.repeat(64)}": is none [SubnetIdMalformed]`)
  t.equal(invalid(`"${'a'.repeat(65)}"`), `Invalid value: "${'a'.repeat(61)}...": is none [SubnetIdMalformed]`)
  t.equal(
    invalid(`"${arn}"`),
    'Invalid value: "arn:aws:acm:eu-west-1:123456789012:certificate/...4b3c2d1e": is none [SubnetIdMalformed]',
  )
  t.equal(invalid('9'.repeat(70)), `Invalid value: ${'9'.repeat(61)}...: is none [SubnetIdMalformed]`)
})

void t.test('neither an escape nor a pair of surrogates is cut in two', async (t) => {
  t.equal(ofTags(`${'a'.repeat(58)}\u202e${'b'.repeat(9)}`), `Invalid value: "${'a'.repeat(58)}...": m [MapSyntax]`)
  t.equal(ofTags(`${'a'.repeat(60)}😀${'b'.repeat(9)}`), `Invalid value: "${'a'.repeat(60)}...": m [MapSyntax]`)
  t.equal(ofTags(`${'a'.repeat(60)}\\"${'b'.repeat(9)}`), `Invalid value: "${'a'.repeat(60)}...": m [MapSyntax]`)
})

void t.test('control and bidirectional characters are escaped wherever they come from', async (t) => {
  const finding = aboutAnnotation('tags', {
    path: 'metadata.annotations[alb.ingress.kubernetes.io/tags].a\u0000b',
    code: 'MapSyntax',
    value: '"x\u202ey"',
    message: 'line\nbreak \u001b[31m',
    fix: 'write \u2028 nothing',
  })
  t.equal(
    faultLine(finding),
    'metadata.annotations[alb.ingress.kubernetes.io/tags].a\\u0000b: Invalid value: "x\\u202ey": line\\nbreak \\u001b[31m; write \\u2028 nothing [MapSyntax]',
  )
  t.equal(sanitise('tag \u{e0041} and lone \ud800'), 'tag \\U000e0041 and lone \ufffd')
})

void t.test('a cause has at most 400 characters and keeps its code and its repair', async (t) => {
  const long = causeMessage(
    aboutAnnotation('tags', { code: 'MapSyntax', value: '"v"', message: 'm'.repeat(500), fix: 'write "owner=me"' }),
  )
  t.equal(long.length, 400)
  t.match(long, /^Invalid value: "v": m+\.\.\.; write "owner=me" \[MapSyntax\]$/)
})

void t.test('a warning speaks of the key without prefix, or of the field in short', async (t) => {
  t.equal(
    warningText(
      aboutAnnotation('sheme', {
        kind: 'notice',
        code: 'UnknownKey',
        message: 'unknown key, ignored',
        fix: 'did you mean scheme?',
      }),
    ),
    'sheme: unknown key, ignored; did you mean scheme?',
  )
  t.equal(
    warningText(
      aboutAnnotation('successCodes', {
        kind: 'notice',
        code: 'OldSpelling',
        message: 'old spelling, read as success-codes',
      }),
    ),
    'successCodes: old spelling, read as success-codes',
  )
  const missing = aboutSpec('spec.rules[0].http.paths[1].backend.service.name', {
    kind: 'missing',
    code: 'ServiceNotFound',
    value: '"web"',
    message: 'no such Service',
    warning: 'backend web:80: Service "web" does not exist yet; its path answers 503 until it does',
  })
  t.equal(warningText(missing), 'backend web:80: Service "web" does not exist yet; its path answers 503 until it does')
  const subjects: readonly (readonly [string, string])[] = [
    ['spec.rules[0].http.paths[1].backend.service.name', 'rules[0].paths[1]'],
    ['spec.rules[0].http.paths[1].backend.service.port.number', 'rules[0].paths[1]'],
    ['spec.rules[0].http.paths[1].backend.service.port.name', 'rules[0].paths[1]'],
    ['spec.rules[0].http.paths[1].backend', 'rules[0].paths[1]'],
    ['spec.rules[0].http.paths[1].path', 'rules[0].paths[1].path'],
    ['spec.defaultBackend.service.port.number', 'defaultBackend'],
    ['spec.ingressClassName', 'ingressClassName'],
  ]
  for (const [path, subject] of subjects) t.equal(warningSubject({ ...missing, path }), subject)
  const foreign = { ...missing, path: 'metadata.annotations[kubernetes.io/ingress.class]' }
  t.equal(warningSubject(foreign), 'kubernetes.io/ingress.class')
  t.equal(
    oldFaultText(
      aboutAnnotation('healthcheck-path', {
        code: 'HealthCheckPathSyntax',
        message: 'must start with /',
        fix: 'write /x',
      }),
    ),
    'already wrong before this change: healthcheck-path: must start with /',
  )
})

void t.test('a warning about a fault names what was not found', async (t) => {
  const port = aboutSpec('spec.rules[0].http.paths[0].backend.service.port.number', {
    code: 'ServicePortNotFound',
    value: '81',
    message: 'Service "echoserver" has port 80',
    fix: 'write 80',
  })
  t.equal(warningText(port), 'rules[0].paths[0]: Not found: 81: Service "echoserver" has port 80; write 80')
  t.equal(
    oldFaultText(port),
    'already wrong before this change: rules[0].paths[0]: Not found: 81: Service "echoserver" has port 80',
  )
})

void t.test('a repair that does not fit into a warning is left out whole', async (t) => {
  const finding = aboutAnnotation('scheme', { code: 'SchemeUnknown', message: 'm'.repeat(100), fix: 'f'.repeat(30) })
  t.equal(warningText(finding), `scheme: ${'m'.repeat(100)}`)
})

void t.test('whatever comes in, a warning is one printable line of at most 120 characters', async (t) => {
  t.doesNotThrow(() =>
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), string({ unit: 'binary' }), (message, key) => {
        const text = warningText(aboutAnnotation(key, { code: 'UnknownKey', message, fix: message }))
        return text.length <= 120 && text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
      }),
    ),
  )
})

void t.test('whatever comes in, a cause without details is one printable line of at most 400 characters', async (t) => {
  t.doesNotThrow(() =>
    assert(
      property(string({ unit: 'binary', maxLength: 600 }), string({ unit: 'binary', maxLength: 600 }), (a, b) => {
        const text = causeMessage(aboutAnnotation('tags', { code: 'MapSyntax', value: `"${a}"`, message: b, fix: a }))
        return (
          text.length <= 400 && text.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(text) && text.endsWith(' [MapSyntax]')
        )
      }),
    ),
  )
})
