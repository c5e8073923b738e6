import t from 'tap'
import {
  backendSecurityGroupTags,
  groupLabels,
  groupTags,
  isAwsTagKey,
  legacyTagKeys,
  resourceIds,
  trackingTagKeys,
} from '../../../shared/names/tags.ts'

const web = { implicit: { namespace: 'shop', name: 'web' } }

void t.test('a resource of a group carries cluster, stack and resource', async (t) => {
  t.same(groupTags('prod', web, resourceIds.loadBalancer), {
    'elbv2.k8s.aws/cluster': 'prod',
    'ingress.k8s.aws/stack': 'shop/web',
    'ingress.k8s.aws/resource': 'LoadBalancer',
  })
  t.same(groupTags('prod', { explicit: 'edge' }, resourceIds.rule({ port: 80, priority: 3 })), {
    'elbv2.k8s.aws/cluster': 'prod',
    'ingress.k8s.aws/stack': 'edge',
    'ingress.k8s.aws/resource': '80:3',
  })
})

void t.test('resource ids are those of aws-load-balancer-controller', async (t) => {
  const ingress = { namespace: 'shop', name: 'web' }
  t.equal(resourceIds.targetGroup({ ingress, service: 'api', servicePort: 'http' }), 'shop/web-api:http')
  t.equal(resourceIds.managedSecurityGroup, 'ManagedLBSecurityGroup')
  t.equal(resourceIds.listener(443), '443')
})

void t.test('the backend group belongs to the cluster and to no stack', async (t) => {
  t.same(backendSecurityGroupTags('prod'), {
    'elbv2.k8s.aws/cluster': 'prod',
    'elbv2.k8s.aws/resource': 'backend-sg',
  })
})

void t.test('objects are labelled with the parts of an implicit group or the name of an explicit one', async (t) => {
  t.same(groupLabels(web), { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': 'web' })
  t.same(groupLabels({ explicit: 'edge' }), { 'ingress.k8s.aws/stack': 'edge' })
})

void t.test('every key that we write is reserved, and keys of AWS are told in any case', async (t) => {
  for (const key of Object.keys({ ...groupTags('c', web, 'r'), ...backendSecurityGroupTags('c') })) {
    t.ok(trackingTagKeys.includes(key), key)
  }
  t.ok(isAwsTagKey('aws:owner'))
  t.ok(isAwsTagKey('AWS:owner'))
  t.notOk(isAwsTagKey('awsowner'))
  t.ok(legacyTagKeys('prod').includes('kubernetes.io/cluster/prod'))
})
