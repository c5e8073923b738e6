import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Stack } from '../../local/stack.ts'

/** Makes an internal load balancer by an uncounted call; with a group it is the cluster's, else somebody else's. */
export const makeLoadBalancer = async (
  { emulator, fixture }: Pick<Stack, 'emulator' | 'fixture'>,
  name: string,
  group?: string,
): Promise<void> => {
  const elb = new ElasticLoadBalancingV2Client({
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const tags = {
    'elbv2.k8s.aws/cluster': 'demo',
    'ingress.k8s.aws/stack': group ?? '',
    'ingress.k8s.aws/resource': 'LoadBalancer',
  }
  try {
    await elb.send(
      new CreateLoadBalancerCommand({
        Name: name,
        Scheme: 'internal',
        Subnets: [fixture.subnets['private-a'].id, fixture.subnets['private-c'].id],
        SecurityGroups: [fixture.securityGroups.extra],
        ...(group === undefined ? {} : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
      }),
    )
  } finally {
    elb.destroy()
  }
}
