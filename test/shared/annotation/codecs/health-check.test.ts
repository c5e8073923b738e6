import t from 'tap'
import { healthCheckPath, successCodes } from '../../../../shared/annotation/codecs/health-check.ts'

for (const text of ['200', '200-299', '200,202', '200-299,301,400-499', '499', '200-200', '0', '12', '0-99', '0,5-7']) {
  void t.test(`the success codes ${text} are taken as they are`, async (t) =>
    t.same(successCodes.decode(successCodes.encode(text)), { ok: true, value: text }),
  )
}

const codes = [
  { text: '2xx', write: '200-299' },
  { text: '2XX,3xx', write: '200-299,300-399' },
  { text: '200, 201', write: '200,201' },
  { text: '5xx', write: '200' },
  { text: '299-200', write: '200' },
  { text: '199', write: '200' },
  { text: '100', write: '200' },
  { text: '12,200', write: '200' },
  { text: '200-500', write: '200' },
  { text: '0200', write: '200' },
  { text: '200,', write: '200' },
]
for (const { text, write } of codes) {
  void t.test(`the success codes ${text} are refused; ${write} is meant`, async (t) => {
    t.same(successCodes.decode(text), {
      ok: false,
      problems: [
        {
          code: 'SuccessCodesSyntax',
          value: `"${text}"`,
          message: 'must be codes or ranges within 200-499',
          fix: `write "${write}"`,
        },
      ],
    })
    t.ok(successCodes.decode(write).ok)
  })
}

const paths = [
  { text: 'healthz', message: 'must start with /', write: '/healthz' },
  { text: ' /healthz', message: 'must start with /', write: '/healthz' },
  { text: '/a b', message: 'may hold only printable ASCII characters and no blank', write: '/a%20b' },
  { text: '/é', message: 'may hold only printable ASCII characters and no blank', write: '/%C3%A9' },
  { text: '/%20 x', message: 'may hold only printable ASCII characters and no blank', write: '/%20%20x' },
  { text: '/\ud800', message: 'may hold only printable ASCII characters and no blank', write: '/%EF%BF%BD' },
  { text: `/${'a'.repeat(1024)}`, message: 'may not be longer than 1024 characters', write: '/' },
]
for (const { text, message, write } of paths) {
  void t.test(`the health check path ${JSON.stringify(text.slice(0, 20))} is refused; ${write} is meant`, async (t) => {
    const decoded = healthCheckPath.decode(text)
    t.notOk(decoded.ok)
    if (!decoded.ok) t.match(decoded.problems, [{ code: 'HealthCheckPathSyntax', message, fix: `write "${write}"` }])
    t.ok(healthCheckPath.decode(write).ok)
  })
}

void t.test('a path of 1024 characters is taken', async (t) => {
  const text = `/${'~'.repeat(1023)}`
  t.same(healthCheckPath.decode(healthCheckPath.encode(text)), { ok: true, value: text })
})
