import t from 'tap'
import { refusal } from '../../webhook/refusal.ts'
import { aboutAnnotation, aboutSpec } from '../shared/findings/finding.ts'

const object = { group: 'networking.k8s.io', kind: 'Ingress', name: 'a' }
const intern = aboutAnnotation('scheme', {
  code: 'SchemeUnknown',
  value: '"intern"',
  message: 'supported values: "internal", "internet-facing"',
  fix: 'did you mean "internal"?',
})
const reserved = aboutAnnotation('tags', {
  code: 'TagKeyReserved',
  message: 'keys that begin with "aws:" belong to AWS',
})

void t.test('one fault of content is 422 Invalid, with a cause and a numbered message', async (t) => {
  t.same(refusal(object, [intern]), {
    status: 'Failure',
    code: 422,
    reason: 'Invalid',
    message:
      'Ingress "a" is invalid, 1 fault: (1) metadata.annotations[alb.ingress.kubernetes.io/scheme]: Unsupported value: "intern": supported values: "internal", "internet-facing"; did you mean "internal"? [SchemeUnknown]',
    details: {
      ...object,
      causes: [
        {
          reason: 'FieldValueNotSupported',
          field: 'metadata.annotations[alb.ingress.kubernetes.io/scheme]',
          message:
            'Unsupported value: "intern": supported values: "internal", "internet-facing"; did you mean "internal"? [SchemeUnknown]',
        },
      ],
    },
  })
})

void t.test('two faults are numbered on one line', async (t) => {
  const { message, details } = refusal(object, [intern, reserved])
  t.match(
    message,
    /^Ingress "a" is invalid, 2 faults: \(1\) metadata.*\[SchemeUnknown\]; \(2\) metadata.*\[TagKeyReserved\]$/,
  )
  t.same(
    details.causes.map((cause) => cause.reason),
    ['FieldValueNotSupported', 'FieldValueForbidden'],
  )
})

void t.test('what an operator has forbidden answers 403, with the faults of content beside it', async (t) => {
  const tenancy = aboutSpec('spec.ingressClassName', {
    code: 'ClassNotFound',
    message: 'class "edge" takes namespaces with label team=a',
    tenancy: true,
  })
  const one = refusal(object, [tenancy])
  t.equal(one.code, 403)
  t.equal(one.reason, 'Forbidden')
  t.match(one.message, /^Ingress "a" is forbidden: spec\.ingressClassName: /)
  t.match(
    refusal(object, [tenancy, intern]).message,
    /^Ingress "a" is forbidden, 2 faults: \(1\) spec.*; \(2\) metadata/,
  )
})

void t.test('a reply holds 50 causes, and a message of 4 KiB that is cut between them', async (t) => {
  const many = Array.from({ length: 70 }, (_, index) =>
    aboutSpec(`spec.rules[${index}].host`, { code: 'HostInvalid', value: '"é"', message: 'é'.repeat(150) }),
  )
  const { message, details } = refusal(object, many)
  t.equal(details.causes.length, 50)
  t.ok(Buffer.byteLength(message) <= 4096)
  const told = [...message.matchAll(/\((\d+)\) spec/g)].length
  t.ok(told > 1)
  t.ok(message.startsWith('Ingress "a" is invalid, 70 faults: (1) '))
  t.ok(message.endsWith(`[HostInvalid]; and ${70 - told} more`), message.slice(-60))
})
