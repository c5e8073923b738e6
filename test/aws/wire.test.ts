import t from 'tap'
import { isWrite, nest, readRequest } from './proxy/request.ts'
import { at, listAt, parseXml, recordAt, renderXml, textAt } from './proxy/xml.ts'

void t.test('XML of AWS', async (t) => {
  const text =
    '<?xml version="1.0"?>\n<A xmlns="http://a/">\n  <List>\n    <member><Name>x &amp; y &#x3c;</Name></member>\n    <member><Name/></member>\n  </List>\n  <Texts><item>one</item><item>two</item></Texts>\n  <Empty/>\n</A>'
  const document = parseXml(text)
  t.same(document.value, { List: [{ Name: 'x & y <' }, { Name: '' }], Texts: ['one', 'two'], Empty: '' })
  t.equal(document.attributes, ' xmlns="http://a/"')
  t.same(parseXml(renderXml(document, 'member')), document, 'what is written reads the same')
  t.equal(textAt(document.value, 'Empty'), '')
  t.equal(textAt(document.value, 'List'), undefined)
  t.same(listAt(document.value, 'Empty'), [], 'an empty element is an empty list')
  t.same(recordAt(document.value, 'Empty'), {}, 'and an empty record')
  t.equal(at(document.value, 'List', 'Name'), undefined)
  t.throws(() => parseXml('<a><b></a>'), /closes a while b is open/)
  t.throws(() => parseXml('<a>'), /not a complete XML document/)
})

void t.test('parameters of a call become a tree, in the order of their numbers', async (t) => {
  t.same(nest({ 'A.member.2.B': 'two', 'A.member.10.B': 'ten', 'A.member.1.B': 'one', 'C.D': 'd', E: '' }), {
    A: [{ B: 'one' }, { B: 'two' }, { B: 'ten' }],
    C: { D: 'd' },
    E: '',
  })
  t.same(nest({ 'Filter.1.Value.1': 'a' }), { Filter: [{ Value: ['a'] }] })
})

void t.test('a request is read by its signature and its action', async (t) => {
  const query = readRequest(
    { authorization: authorization('ec2'), 'user-agent': 'aws-sdk-js/3 ua/2.1 app/controller os/linux' },
    'Action=DescribeVpcs&Version=2016-11-15&VpcId.1=vpc-1',
  )
  t.match(query, { service: 'ec2', action: 'DescribeVpcs', parameters: { 'VpcId.1': 'vpc-1' }, client: 'controller' })
  t.equal(query?.parameters['Version'], undefined)
  const json = readRequest(
    { authorization: authorization('acm'), 'x-amz-target': 'CertificateManager.ListCertificates' },
    '{"CertificateStatuses":["ISSUED"],"Includes":{"keyTypes":["EC_prime256v1"]}}',
  )
  t.match(json, {
    service: 'acm',
    action: 'ListCertificates',
    parameters: { 'CertificateStatuses.member.1': 'ISSUED', 'Includes.keyTypes.member.1': 'EC_prime256v1' },
  })
  t.equal(json?.client, undefined)
  t.equal(readRequest({ authorization: authorization('s3') }, ''), undefined)
  t.equal(readRequest({}, 'Action=DescribeVpcs'), undefined)
})

void t.test('what only looks is no write', async (t) => {
  for (const action of ['DescribeTags', 'GetCallerIdentity', 'ListCertificates']) t.notOk(isWrite(action), action)
  for (const action of ['CreateRule', 'SetRulePriorities', 'RegisterTargets', 'AddTags']) t.ok(isWrite(action), action)
})

function authorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
}
