import t from 'tap'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { prefix } from '../../../shared/names/annotation-keys.ts'
import { facts, ingress, service } from '../../builders.ts'
import { compareRows, type Row, told } from './told.ts'

const keys = (changes: Readonly<Record<string, string>>): Ingress => ingress({ keys: changes })
const ofLoadBalancer = (value: string): Ingress => keys({ 'load-balancer-attributes': value })
const ofTargetGroup = (value: string): Ingress => keys({ 'target-group-attributes': value })

const lb = 'load-balancer-attributes'
const tg = 'target-group-attributes'
const world = { services: [service()] }

const loadBalancerRows: Readonly<Record<string, Row>> = {
  'LB-22': {
    mistake: 'an idle timeout above 4000',
    ingress: ofLoadBalancer('idle_timeout.timeout_seconds=5000'),
    told: [`deny AttributeValue ${lb}.idle_timeout.timeout_seconds`],
  },
  'LB-24': {
    mistake: 'a mitigation mode that there is not',
    ingress: ofLoadBalancer('routing.http.desync_mitigation_mode=off'),
    told: [`deny AttributeValue ${lb}.routing.http.desync_mitigation_mode`],
  },
  'LB-27': {
    mistake: 'access logs without a bucket',
    ingress: ofLoadBalancer('access_logs.s3.enabled=true'),
    told: [`deny AttributeNeeds ${lb}.access_logs.s3.enabled`],
  },
  'LB-29': {
    mistake: 'a prefix that AWS adds itself',
    ingress: ofLoadBalancer('access_logs.s3.prefix=AWSLogs/x'),
    told: [`deny AttributeValue ${lb}.access_logs.s3.prefix`],
  },
  'LB-30': {
    mistake: 'cross-zone balancing off',
    ingress: ofLoadBalancer('load_balancing.cross_zone.enabled=false'),
    told: [`deny AttributeValue ${lb}.load_balancing.cross_zone.enabled`],
  },
  'LB-31': {
    mistake: 'an attribute of network load balancers',
    ingress: ofLoadBalancer('dns_record.client_routing_policy=any_availability_zone'),
    told: [`deny AttributeUnknown ${lb}.dns_record.client_routing_policy`],
  },
  'a prefix with a slash': {
    mistake: 'advised against, and AWS has the last word',
    ingress: ofLoadBalancer('access_logs.s3.enabled=true,access_logs.s3.bucket=logs,access_logs.s3.prefix=alb/'),
    told: [`warn AttributeUnusual ${lb}.access_logs.s3.prefix`],
  },
  'an attribute of target groups': {
    mistake: 'the wrong annotation',
    ingress: ofLoadBalancer('stickiness.enabled=true'),
    told: [`deny AttributeUnknown ${lb}.stickiness.enabled`],
  },
  'a misspelt attribute': {
    mistake: 'a letter is missing',
    ingress: ofLoadBalancer('idle_timeout.timeout_second=60'),
    told: [`deny AttributeUnknown ${lb}.idle_timeout.timeout_second`],
  },
  'a bool in words': {
    mistake: 'yes',
    ingress: ofLoadBalancer('routing.http2.enabled=yes,waf.fail_open.enabled=True'),
    told: [`deny AttributeValue ${lb}.routing.http2.enabled`, `deny AttributeValue ${lb}.waf.fail_open.enabled`],
  },
  'a bucket as a URL': {
    mistake: 's3://',
    ingress: ofLoadBalancer('access_logs.s3.enabled=true,access_logs.s3.bucket=s3://logs/alb'),
    told: [`deny AttributeValue ${lb}.access_logs.s3.bucket`],
  },
  'an attribute written twice': {
    mistake: 'the last would win',
    ingress: ofLoadBalancer('idle_timeout.timeout_seconds=60,idle_timeout.timeout_seconds=70'),
    told: [`deny MapKeyTwice ${lb}.idle_timeout.timeout_seconds`],
  },
  'an internal load balancer that lets IPv6 in': {
    mistake: 'most likely not meant',
    ingress: keys({ scheme: 'internal', [lb]: 'ipv6.deny_all_igw_traffic=false' }),
    told: [`warn AttributeUnusual ${lb}.ipv6.deny_all_igw_traffic`],
  },
}

const targetGroupRows: Readonly<Record<string, Row>> = {
  'TGA-03': {
    mistake: 'a slow start of 10 s',
    ingress: ofTargetGroup('slow_start.duration_seconds=10'),
    told: [`deny AttributeValue ${tg}.slow_start.duration_seconds`],
  },
  'TGA-04': {
    mistake: 'a slow start with another algorithm than round robin',
    ingress: ofTargetGroup('slow_start.duration_seconds=60,load_balancing.algorithm.type=least_outstanding_requests'),
    told: [`deny AttributeNeeds ${tg}.slow_start.duration_seconds`],
  },
  'TGA-05': {
    mistake: 'stickiness of network load balancers',
    ingress: ofTargetGroup('stickiness.type=source_ip'),
    told: [`deny AttributeValue ${tg}.stickiness.type`],
  },
  'TGA-07': {
    mistake: 'a cookie of the load balancer itself, and none at all',
    ingress: ofTargetGroup('stickiness.app_cookie.cookie_name=AWSALB'),
    told: [`deny AttributeValue ${tg}.stickiness.app_cookie.cookie_name`],
  },
  'TGA-07, none': {
    mistake: 'a cookie of the application without its name',
    ingress: ofTargetGroup('stickiness.enabled=true,stickiness.type=app_cookie'),
    told: [`deny AttributeNeeds ${tg}.stickiness.type`],
  },
  'TGA-09': {
    mistake: 'anomaly mitigation with round robin',
    ingress: ofTargetGroup('load_balancing.algorithm.anomaly_mitigation=on'),
    told: [`deny AttributeNeeds ${tg}.load_balancing.algorithm.anomaly_mitigation`],
  },
  'TGA-10': {
    mistake: 'more than 100 percent',
    ingress: ofTargetGroup('target_group_health.dns_failover.minimum_healthy_targets.percentage=200'),
    told: [`deny AttributeValue ${tg}.target_group_health.dns_failover.minimum_healthy_targets.percentage`],
  },
  'TGA-12': {
    mistake: 'a word that there is not',
    ingress: ofTargetGroup('load_balancing.cross_zone.enabled=maybe'),
    told: [`deny AttributeValue ${tg}.load_balancing.cross_zone.enabled`],
  },
  'an attribute of network load balancers': {
    mistake: 'proxy protocol',
    ingress: ofTargetGroup('proxy_protocol_v2.enabled=true'),
    told: [`deny AttributeUnknown ${tg}.proxy_protocol_v2.enabled`],
  },
  'thresholds the wrong way round': {
    mistake: 'requests go to unhealthy targets before DNS fails over',
    ingress: ofTargetGroup('target_group_health.unhealthy_state_routing.minimum_healthy_targets.count=3'),
    told: [`warn AttributeUnusual ${tg}.target_group_health.unhealthy_state_routing.minimum_healthy_targets.count`],
  },
  'sessions that end at a zone': {
    mistake: 'stickiness without cross-zone balancing',
    ingress: ofTargetGroup('stickiness.enabled=true,load_balancing.cross_zone.enabled=false'),
    told: [`warn AttributeUnusual ${tg}.load_balancing.cross_zone.enabled`],
  },
}

const oldRows: Readonly<Record<string, Row>> = {
  'the idle timeout of 2017': {
    mistake: 'an old spelling alone',
    ingress: keys({ 'connection-idle-timeout': '120' }),
    told: ['warn OldSpelling connection-idle-timeout'],
  },
  'the idle timeout of 2017 beside the modern one': {
    mistake: 'another value',
    ingress: keys({ 'connection-idle-timeout': '120', [lb]: 'idle_timeout.timeout_seconds=60' }),
    told: ['deny SpellingsDisagree connection-idle-timeout', 'warn OldSpelling connection-idle-timeout'],
  },
  'the same value in both': {
    mistake: 'written twice',
    ingress: keys({ 'connection-idle-timeout': '60', [lb]: 'idle_timeout.timeout_seconds=60' }),
    told: ['warn OldSpelling connection-idle-timeout'],
  },
  'the attributes of 2018': {
    mistake: 'merged, the bucket beside the switch',
    ingress: keys({ attributes: 'access_logs.s3.enabled=true', [lb]: 'access_logs.s3.bucket=logs' }),
    told: ['warn OldSpelling attributes'],
  },
  'the attributes of 2018 that say something else': {
    mistake: 'one key, two values',
    ingress: keys({ attributes: 'routing.http2.enabled=true', [lb]: 'routing.http2.enabled=false' }),
    told: ['deny SpellingsDisagree attributes', 'warn OldSpelling attributes'],
  },
  'an idle timeout with a unit': {
    mistake: '60s',
    ingress: keys({ 'connection-idle-timeout': '60s' }),
    told: ['deny NotANumber connection-idle-timeout'],
  },
}

const withWorld = (rows: Readonly<Record<string, Row>>): Readonly<Record<string, Row>> =>
  Object.fromEntries(Object.entries(rows).map(([id, row]) => [id, { ...row, world }]))

void t.test('each mistake in the attributes of a load balancer', async (t) => {
  compareRows(t, withWorld(loadBalancerRows))
})

void t.test('each mistake in the attributes of target groups', async (t) => {
  compareRows(t, withWorld(targetGroupRows))
})

void t.test('each mistake in the old spellings of attributes', async (t) => {
  compareRows(t, withWorld(oldRows))
})

void t.test('the attributes of a Service are judged at its backend', async (t) => {
  const annotated = service({ annotations: { [prefix + tg]: 'slow_start.duration_seconds=10' } })
  t.same(told(ingress(), facts({ services: [annotated] })), [
    'deny AttributeValue spec.rules[0].http.paths[0].backend.service.name',
  ])
})
