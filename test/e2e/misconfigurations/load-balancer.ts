import { denied, type Places, type Row } from './row.ts'

const lb = 'load-balancer-attributes'
const ofLoadBalancer = (value: string) => ({ [lb]: value })

/** Names, schemes, address types, attributes and tags of load balancers. */
export const loadBalancerRows = ({ account }: Places): readonly Row[] => [
  denied('PRS-04', { tags: 'Environment' }, [['tags', 'MapSyntax', 'write "Environment=dev,Team=test"']], {
    tags: 'Environment=dev,Team=test',
  }),
  denied(
    'LB-01',
    { 'load-balancer-name': 'a'.repeat(33) },
    [['load-balancer-name', 'LoadBalancerName', `write "${'a'.repeat(32)}"`]],
    {
      'load-balancer-name': 'a'.repeat(32),
    },
  ),
  denied('LB-02', { 'load-balancer-name': 'my_lb' }, [['load-balancer-name', 'LoadBalancerName', 'write "my-lb"']], {
    'load-balancer-name': 'my-lb',
  }),
  denied('LB-03', { 'load-balancer-name': '-lb' }, [['load-balancer-name', 'LoadBalancerName', 'write "lb"']], {
    'load-balancer-name': 'lb',
  }),
  denied(
    'LB-04',
    { 'load-balancer-name': 'internal-app' },
    [['load-balancer-name', 'LoadBalancerName', 'write "app"']],
    {
      'load-balancer-name': 'app',
    },
  ),
  denied(
    'LB-06',
    { 'load-balancer-name': 'taken' },
    [['load-balancer-name', 'LoadBalancerNameTaken', 'write another name, or remove the key']],
    {},
  ),
  denied(
    'LB-06, by a load balancer of somebody else',
    { 'load-balancer-name': account.strangersLoadBalancer },
    [['load-balancer-name', 'LoadBalancerNameInUse', 'write another name, or remove the key']],
    {},
  ),
  {
    id: 'LB-11',
    before: { name: 'live', keys: { scheme: 'internal' } },
    mistake: { name: 'live', keys: { scheme: 'internet-facing' } },
    warned: ['scheme: new load balancer and DNS name; live-name serves until it is healthy, then 10m'],
  },
  {
    id: 'LB-08',
    before: { name: 'live', keys: { 'load-balancer-name': 'live-name' } },
    mistake: { name: 'live', keys: { 'load-balancer-name': 'other-name' } },
    warned: ['load-balancer-name: the load balancer keeps its name live-name until'],
  },
  denied('LB-09', { scheme: 'public' }, [['scheme', 'SchemeUnknown', 'did you mean "internet-facing"?']], {
    scheme: 'internet-facing',
  }),
  denied(
    'LB-12',
    { 'ip-address-type': 'ipv6' },
    [['ip-address-type', 'IpAddressTypeUnknown', 'did you mean "ipv4"?']],
    { 'ip-address-type': 'ipv4' },
  ),
  denied(
    'LB-14',
    { scheme: 'internal', 'ip-address-type': 'dualstack-without-public-ipv4' },
    [['ip-address-type', 'IpAddressTypeInternal', 'write "dualstack", or scheme: internet-facing']],
    { scheme: 'internal', 'ip-address-type': 'dualstack' },
  ),
  denied(
    'LB-22',
    ofLoadBalancer('idle_timeout.timeout_seconds=5000'),
    [[`${lb}.idle_timeout.timeout_seconds`, 'AttributeValue', 'write "idle_timeout.timeout_seconds=60"']],
    ofLoadBalancer('idle_timeout.timeout_seconds=4000'),
  ),
  denied(
    'LB-24',
    ofLoadBalancer('routing.http.desync_mitigation_mode=off'),
    [
      [
        `${lb}.routing.http.desync_mitigation_mode`,
        'AttributeValue',
        'write "routing.http.desync_mitigation_mode=defensive"',
      ],
    ],
    ofLoadBalancer('routing.http.desync_mitigation_mode=monitor'),
  ),
  denied(
    'LB-27',
    ofLoadBalancer('access_logs.s3.enabled=true'),
    [
      [
        `${lb}.access_logs.s3.enabled`,
        'AttributeNeeds',
        'add access_logs.s3.bucket=NAME with the name of your bucket, or write access_logs.s3.enabled=false',
      ],
    ],
    ofLoadBalancer('access_logs.s3.enabled=true,access_logs.s3.bucket=logs'),
  ),
  denied(
    'LB-29',
    ofLoadBalancer('access_logs.s3.prefix=AWSLogs/x'),
    [[`${lb}.access_logs.s3.prefix`, 'AttributeValue', 'write "access_logs.s3.prefix=x"']],
    ofLoadBalancer('access_logs.s3.prefix=x'),
  ),
  denied(
    'LB-30',
    ofLoadBalancer('load_balancing.cross_zone.enabled=false'),
    [[`${lb}.load_balancing.cross_zone.enabled`, 'AttributeValue', 'write "load_balancing.cross_zone.enabled=true"']],
    ofLoadBalancer('load_balancing.cross_zone.enabled=true'),
  ),
  denied(
    'LB-31',
    ofLoadBalancer('dns_record.client_routing_policy=any_availability_zone'),
    [[`${lb}.dns_record.client_routing_policy`, 'AttributeUnknown', 'remove it']],
    {},
  ),
  denied('TAG-03', { tags: 'aws:foo=bar' }, [['tags.aws:foo', 'TagKeyReserved', 'write "foo=bar"']], {
    tags: 'foo=bar',
  }),
  denied('TAG-04', { tags: 'k=va#lue' }, [['tags.k', 'TagValueInvalid', 'write "va-lue"']], { tags: 'k=va-lue' }),
  denied(
    'TAG-04, a key of 129',
    { tags: `${'k'.repeat(129)}=v` },
    [
      [
        `tags.${'k'.repeat(129)}`,
        'TagKeyInvalid',
        'write "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"',
      ],
    ],
    { tags: `${'k'.repeat(128)}=v` },
  ),
  denied(
    'TAG-04, a value of 257',
    { tags: `k=${'v'.repeat(257)}` },
    [['tags.k', 'TagValueInvalid', 'write "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"']],
    { tags: `k=${'v'.repeat(256)}` },
  ),
  denied(
    'TAG-06',
    { tags: 'ingress.k8s.aws/stack=x' },
    [['tags.ingress.k8s.aws/stack', 'TagKeyReserved', 'remove it']],
    {},
  ),
  denied('TAG-07', { tags: 'a=1,a=2' }, [['tags.a', 'MapKeyTwice', 'keep one of the two']], { tags: 'a=1' }),
]
