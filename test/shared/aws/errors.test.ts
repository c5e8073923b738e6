import * as elasticLoadBalancing from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { remedies } from '../../../shared/aws/error-codes.ts'
import { AwsError, classify, hasRemedy, notSent } from '../../../shared/aws/errors.ts'

const write = { service: 'elasticloadbalancing', action: 'CreateRule', write: true } as const
const read = { service: 'elasticloadbalancing', action: 'DescribeRules', write: false } as const
const ec2 = { service: 'ec2', action: 'CreateSecurityGroup', write: true } as const

const serviceError = (name: string, status: number, message = 'said AWS'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' } })

const node = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code })

const timeout = (message: string): Error => Object.assign(new Error(message), { name: 'TimeoutError' })

const remedyOf = (code: string, status = 400): string => classify(serviceError(code, status), write).remedy

void t.test('each error of the API model of Elastic Load Balancing has a remedy', (t) => {
  const names = Object.keys(elasticLoadBalancing).filter(
    (name) => name.endsWith('Exception') && name !== 'ElasticLoadBalancingV2ServiceException',
  )
  t.ok(names.length > 50, `${names.length} errors`)
  for (const name of names) {
    const code = name.replace(/Exception$/, '')
    t.hasProp(remedies, code, code)
    t.equal(classify(serviceError(name, 400), read).code, code)
  }
  t.end()
})

void t.test('each code that the documentation names has a remedy', (t) => {
  for (const code of [
    'AccessDenied',
    'DependencyViolation',
    'ExpiredToken',
    'InvalidGroup.Duplicate',
    'InvalidGroup.NotFound',
    'InvalidParameterValue',
    'InvalidPermission.Duplicate',
    'InvalidPermission.NotFound',
    'InvalidPrefixListID.NotFound',
    'RequestLimitExceeded',
    'ResourceInUse',
    'RulesPerSecurityGroupLimitExceeded',
    'SecurityGroupsPerInterfaceLimitExceeded',
    'Throttling',
    'UnauthorizedOperation',
    'UnsupportedCertificate',
    'ValidationError',
  ])
    t.hasProp(remedies, code, code)
  t.end()
})

void t.test('an error keeps code, request id and message', (t) => {
  const error = classify(serviceError('PriorityInUseException', 400, "Priority '1' is currently in use"), write)
  t.match(error, {
    service: 'elasticloadbalancing',
    action: 'CreateRule',
    code: 'PriorityInUse',
    requestId: 'r-1',
    remedy: 'duplicate',
    message: "Priority '1' is currently in use",
  })
  t.ok(hasRemedy(error, 'quota', 'duplicate'))
  t.notOk(hasRemedy(error, 'not-found'))
  t.equal(classify(error, read), error)
  t.end()
})

void t.test('what is thrown is classified by what can be done about it', (t) => {
  const cases: readonly (readonly [Error, Parameters<typeof classify>[1], string, boolean])[] = [
    [serviceError('Throttling', 400), write, 'throttled', true],
    [serviceError('RequestLimitExceeded', 503), ec2, 'throttled', true],
    [serviceError('AccessDenied', 403), write, 'denied', true],
    [serviceError('TooManyRulesException', 400), write, 'quota', false],
    [serviceError('InvalidGroup.Duplicate', 400), ec2, 'duplicate', false],
    [serviceError('DependencyViolation', 400), ec2, 'in-use', false],
    [serviceError('ServiceUnavailable', 503), write, 'uncertain', false],
    [serviceError('ServiceUnavailable', 503), read, 'unavailable', false],
    [serviceError('InternalFailure', 500), write, 'uncertain', false],
    [node('ECONNREFUSED'), write, 'unavailable', true],
    [node('ENOTFOUND'), write, 'unavailable', true],
    [node('ECONNRESET'), write, 'uncertain', false],
    [node('ECONNRESET'), read, 'unavailable', false],
    [timeout('the request socket did not establish a connection with the server'), write, 'unavailable', true],
    [timeout('a request has exceeded the configured 15000 ms requestTimeout'), write, 'uncertain', false],
    [Object.assign(new Error('Request aborted'), { name: 'AbortError' }), write, 'uncertain', false],
    [new SyntaxError('Unclosed tag'), write, 'uncertain', false],
    [
      Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
      write,
      'denied',
      true,
    ],
  ]
  for (const [thrown, call, remedy, notExecuted] of cases)
    t.match(classify(thrown, call), { remedy, notExecuted }, `${thrown.name} ${thrown.message} of ${call.action}`)
  t.end()
})

void t.test('codes that AWS may add are read by the words in them', (t) => {
  t.equal(remedyOf('GatewayNotFoundException'), 'not-found')
  t.equal(remedyOf('TooManyGatewaysException'), 'quota')
  t.equal(remedyOf('GatewayLimitExceeded'), 'quota')
  t.equal(remedyOf('DuplicateGatewayException'), 'duplicate')
  t.equal(remedyOf('GatewayInUseException'), 'in-use')
  t.equal(remedyOf('Whatever', 429), 'throttled')
  t.equal(remedyOf('Whatever', 403), 'denied')
  t.equal(remedyOf('Whatever'), 'invalid')
  t.end()
})

void t.test('a call that was given up before it was sent changed nothing', (t) => {
  const error = notSent(write, new Error('the pass is over'))
  t.ok(error instanceof AwsError)
  t.match(error, { remedy: 'unavailable', notExecuted: true })
  t.match(error.message, /CreateRule .* the pass is over/)
  t.end()
})
