import t from 'tap'
import { chooseCertificate, type PresentableCertificate } from './data-plane/choose-certificate.ts'

const day = 86_400_000
const now = 0

void t.test('the certificate that a listener presents', async (t) => {
  const fallback = certificate('default', ['other.example.org'])
  const exact = certificate('exact', ['app.example.com'])
  const wildcard = certificate('wildcard', ['*.example.com'], 90 * day)
  const choose = (serverName: string | undefined, ...extra: readonly PresentableCertificate[]) =>
    chooseCertificate(serverName, { default: fallback, extra }, now)?.arn

  await t.test('is the default one without a server name, and when none covers it', async (t) => {
    t.equal(choose(undefined, exact), 'default')
    t.equal(choose('www.example.net', exact, wildcard), 'default')
    t.equal(choose('localhost', wildcard), 'default')
  })

  await t.test('covers the name, exactly before by a wildcard, whatever the case', async (t) => {
    t.equal(choose('app.example.com', wildcard, exact), 'exact')
    t.equal(choose('APP.Example.com', wildcard, exact), 'exact')
    t.equal(choose('www.example.com', wildcard, exact), 'wildcard')
  })

  await t.test('a wildcard covers one label only', async (t) => {
    t.equal(choose('a.b.example.com', wildcard), 'default')
    t.equal(choose('example.com', wildcard), 'default')
  })

  await t.test('of equals the one that is valid and lives longest', async (t) => {
    const expired = certificate('expired', ['app.example.com'], -day)
    const longer = certificate('longer', ['app.example.com'], 60 * day)
    t.equal(choose('app.example.com', expired, exact, longer), 'longer')
    t.equal(choose('app.example.com', expired), 'expired', 'an expired one is presented when there is no other')
    const twin = certificate('another', ['app.example.com'])
    t.equal(choose('app.example.com', exact, twin), 'another', 'then by ARN')
  })

  await t.test('a default certificate that is not in the list gives way to a wildcard of the list', async (t) => {
    t.equal(chooseCertificate('app.example.com', { default: exact, extra: [wildcard] }, now)?.arn, 'wildcard')
    t.equal(chooseCertificate('app.example.com', { default: exact, extra: [wildcard, exact] }, now)?.arn, 'exact')
  })
})

function certificate(arn: string, names: readonly string[], notAfter = 30 * day): PresentableCertificate {
  return { arn, names, notAfter }
}
