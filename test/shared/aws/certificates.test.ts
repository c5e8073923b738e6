import t from 'tap'
import type { Aws } from '../../../shared/aws/client.ts'
import { Certificates } from '../../../shared/aws/certificates.ts'
import { importCertificate, requestCertificate } from '../../aws/fixture-certificates.ts'
import { failureOf, startEmulated } from './emulated.ts'
import { manualClock } from './manual-clock.ts'

const emulated = await startEmulated((line) => t.comment(line))
t.teardown(() => emulated.stop())
const { emulator, actions } = emulated
const signal = new AbortController().signal

const arns: string[] = []
for (let count = 0; count < 6; count += 1)
  arns.push(await importCertificate(emulator, { names: [`host-${count}.example.net`, `*.host-${count}.example.net`] }))
const pending = await requestCertificate(emulator, ['pending.example.net'])
await emulator.resetCalls()

/** Certificates over the emulator, with a clock that stands still. */
const newCertificates = () => {
  const clock = manualClock()
  const aws: Aws = { ...emulated.aws, clock }
  return { clock, certificates: new Certificates(aws) }
}

await t.test('a few certificates are read by themselves, many from one list', async (t) => {
  const { clock, certificates } = newCertificates()
  const read = await Promise.all(arns.slice(0, 3).map((arn) => certificates.one(arn, signal)))
  t.same(await actions(), ['DescribeCertificate', 'DescribeCertificate', 'DescribeCertificate'])
  const looked = await Promise.all(arns.map((arn) => certificates.one(arn, signal)))
  t.same(await actions(), ['ListCertificates'])
  t.same(
    looked.map((certificate) => certificate?.arn),
    arns,
  )
  for (const [index, certificate] of read.entries())
    t.same(
      { ...certificate, keyAlgorithm: certificate?.keyAlgorithm?.replaceAll('-', '_') },
      looked[index],
      'the list tells what the details do',
    )
  await clock.advance(2000)
  await certificates.one(arns[0] ?? '', signal)
  t.same(await actions(), ['ListCertificates'], 'the list that is at hand is not believed for long')
  await clock.advance(10_000)
  await certificates.one(arns[0] ?? '', signal)
  t.same(await actions(), ['DescribeCertificate'], 'and after a while a few are read by themselves again')
})

await t.test('what the list does not tell is asked for', async (t) => {
  const { certificates } = newCertificates()
  for (const arn of arns.slice(0, 4)) await certificates.one(arn, signal)
  await actions()
  const missing = `${arns[0]?.slice(0, -12)}000000000000`
  t.match(await certificates.one(pending, signal), { status: 'PENDING_VALIDATION', missingRecords: [/CNAME/] })
  t.equal(await certificates.one(missing, signal), undefined)
  t.same(await actions(), ['DescribeCertificate', 'DescribeCertificate'])
})

await t.test('all certificates cost one list and the details of those that wait', async (t) => {
  const { certificates } = newCertificates()
  const all = await certificates.all(signal)
  t.same(
    all.map(({ arn }) => arn).filter((arn) => arns.includes(arn)),
    arns,
  )
  t.match(
    all.find(({ arn }) => arn === pending),
    { missingRecords: [/CNAME/] },
  )
  t.same(await actions(), ['ListCertificates', 'DescribeCertificate'])
})

await t.test('without the right to list, certificates are read by themselves', async (t) => {
  const { certificates } = newCertificates()
  await emulator.configure({ denied: ['acm:ListCertificates'] })
  for (const arn of arns) t.equal((await certificates.one(arn, signal))?.arn, arn)
  const called = await actions()
  t.equal(called.filter((action) => action === 'DescribeCertificate').length, arns.length)
  t.equal(called.filter((action) => action === 'ListCertificates').length, 1)
  t.match(await failureOf(certificates.all(signal)), { remedy: 'denied' })
  await emulator.configure({ denied: [] })
})
