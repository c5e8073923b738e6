import t from 'tap'
import {
  backendSecurityGroupName,
  frontendTargetGroupName,
  groupText,
  loadBalancerName,
  managedSecurityGroupName,
  targetGroupName,
  type TargetGroupNaming,
} from '../../../shared/names/names.ts'
import { sha256Hex } from '../../../shared/names/sha256.ts'

const web = { implicit: { namespace: 'shop', name: 'web' } }
const teamA = { explicit: 'team-a.public' }
const emptyCluster: TargetGroupNaming = {
  cluster: '',
  group: { explicit: '' },
  ingress: { namespace: 'ns-1', name: 'name-1' },
  service: { namespace: 'ns-1', name: 'name-1', uid: 'my-uuid' },
  servicePort: 'http',
  port: 8080,
  targetType: 'ip',
  protocol: 'HTTP',
  protocolVersion: 'HTTP1',
}

const cases: readonly { readonly name: string; readonly got: string; readonly want: string }[] = [
  {
    name: 'a load balancer of an implicit group, empty cluster name',
    got: loadBalancerName({
      cluster: '',
      group: { implicit: { namespace: 'awesome-ns', name: 'ing-1' } },
      scheme: 'internet-facing',
    }),
    want: 'k8s-awesomen-ing1-43b698093c',
  },
  {
    name: 'a load balancer of an explicit group, empty cluster name',
    got: loadBalancerName({ cluster: '', group: { explicit: 'explicit-group' }, scheme: 'internal' }),
    want: 'k8s-explicitgroup-5bf9e53c23',
  },
  { name: 'a target group of a named port', got: targetGroupName(emptyCluster), want: 'k8s-ns1-name1-2c37289a00' },
  {
    name: 'a target group with a control port',
    got: targetGroupName({ ...emptyCluster, controlPort: 80 }),
    want: 'k8s-ns1-name1-7ed91338c9',
  },
  {
    name: 'an internal load balancer',
    got: loadBalancerName({ cluster: 'prod', group: web, scheme: 'internal' }),
    want: 'k8s-shop-web-ffb4a5f1ff',
  },
  {
    name: 'an internet-facing load balancer',
    got: loadBalancerName({ cluster: 'prod', group: web, scheme: 'internet-facing' }),
    want: 'k8s-shop-web-0c9cb52896',
  },
  {
    name: 'a load balancer of an explicit group with hyphen and dot',
    got: loadBalancerName({ cluster: 'prod', group: teamA, scheme: 'internet-facing' }),
    want: 'k8s-teamapublic-67da39984f',
  },
  {
    name: 'a managed security group of an implicit group',
    got: managedSecurityGroupName({ cluster: 'prod', group: web }),
    want: 'k8s-shop-web-2d5ac86ca1',
  },
  {
    name: 'a managed security group of an explicit group',
    got: managedSecurityGroupName({ cluster: 'prod', group: teamA }),
    want: 'k8s-teamapublic-f4c1ec9d82',
  },
  {
    name: 'a target group of instances',
    got: targetGroupName({
      cluster: 'prod',
      group: web,
      ingress: { namespace: 'shop', name: 'web' },
      service: { namespace: 'shop', name: 'api', uid: '0f0e-uid' },
      servicePort: '80',
      port: 31509,
      targetType: 'instance',
      protocol: 'HTTP',
      protocolVersion: 'HTTP1',
    }),
    want: 'k8s-shop-api-12b560f39b',
  },
  {
    name: 'a target group behind a frontend network load balancer',
    got: frontendTargetGroupName({
      cluster: 'prod',
      group: web,
      port: 80,
      healthCheckPort: 'traffic-port',
      healthCheckProtocol: 'HTTP',
    }),
    want: 'k8s-shop-web-7499b5a7dc',
  },
  {
    name: 'the backend group of a cluster',
    got: backendSecurityGroupName('prod'),
    want: 'k8s-traffic-prod-6754af9632',
  },
]

for (const { name, got, want } of cases) {
  void t.test(`${name} is named as aws-load-balancer-controller names it`, async (t) => t.equal(got, want))
}

void t.test('names stay within the limits of AWS for long and odd inputs', async (t) => {
  const long = 'é-_.x9'.repeat(100)
  const group = { implicit: { namespace: long, name: long } }
  t.match(loadBalancerName({ cluster: long, group, scheme: 'internal' }), /^[A-Za-z0-9-]{1,32}$/)
  t.match(loadBalancerName({ cluster: long, group: { explicit: long }, scheme: 'internal' }), /^[A-Za-z0-9-]{1,32}$/)
  t.match(backendSecurityGroupName(long), /^[A-Za-z0-9-]{1,255}$/)
})

void t.test('a group as text is namespace/name or its own name', async (t) => {
  t.equal(groupText(web), 'shop/web')
  t.equal(groupText(teamA), 'team-a.public')
})

void t.test('SHA-256 is taken of UTF-8 bytes', async (t) => {
  t.equal(sha256Hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  t.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  t.equal(sha256Hex('\u00e9'), '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
})
