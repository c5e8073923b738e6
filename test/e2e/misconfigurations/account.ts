import { EC2Client } from '@aws-sdk/client-ec2'
import { importCertificate, requestCertificate } from '../../aws/fixture-certificates.ts'
import { addIpv6 } from '../../aws/fixture-ipv6.ts'
import { createSecurityGroup, createSubnet } from '../../aws/fixture-network.ts'
import type { Stack } from '../../local/stack.ts'
import { type Manifest, service } from '../support/objects.ts'
import { makeLoadBalancer } from './live.ts'
import type { Account } from './row.ts'

/** Adds to the fixture what rows need, by uncounted calls, before the webhook reads the account. */
export const prepareAccount = async (stack: Pick<Stack, 'emulator' | 'fixture'>): Promise<Account> => {
  const { emulator, fixture } = stack
  const ec2 = new EC2Client({
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  try {
    await addIpv6(emulator, fixture)
    const vpc = { id: fixture.vpcId, publicRouteTableId: '' }
    const small = (zone: 'a' | 'c', cidr: string) =>
      createSubnet(ec2, vpc, { zone, cidr, tags: { Name: `small-${zone}` }, isPublic: false })
    const smallSubnets = [(await small('a', '10.0.34.0/28')).id, (await small('c', '10.0.35.0/28')).id] as const
    const largeKey = await importCertificate(emulator, { names: ['large.example.net'] })
    await emulator.changeCertificate(largeKey, { keyAlgorithm: 'RSA_8192' })
    const revoked = await importCertificate(emulator, { names: ['revoked.example.net'] })
    await emulator.changeCertificate(revoked, { status: 'REVOKED' })
    const securityGroups = ['one', 'two', 'three', 'four', 'five', 'six']
    for (const name of securityGroups) await createSecurityGroup(ec2, fixture.vpcId, name, { Name: name })
    const strangersLoadBalancer = 'strangers'
    await makeLoadBalancer(stack, strangersLoadBalancer)
    await makeLoadBalancer(stack, 'live-name', 'rows/live')
    return {
      certificates: {
        pending: await requestCertificate(emulator, ['pending.example.net']),
        revoked,
        expired: await importCertificate(emulator, {
          names: ['expired.example.net'],
          notAfter: new Date('2026-01-01'),
        }),
        largeKey,
      },
      securityGroups,
      foreignSecurityGroup: await createSecurityGroup(ec2, fixture.m11VpcId, 'elsewhere', { Name: 'elsewhere' }),
      smallSubnets,
      strangersLoadBalancer,
    }
  } finally {
    ec2.destroy()
  }
}

/** The Services that rows name, beside `echoserver`. */
export const services = (namespace: string): readonly Manifest[] => [
  service({ namespace }),
  service({ namespace, name: 'cluster-ip', type: 'ClusterIP', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
  service({ namespace, name: 'zero', type: 'ClusterIP', ports: [{ port: 80, targetPort: 0 }] }),
  service({
    namespace,
    name: 'named',
    ports: [
      { name: 'http', port: 80, targetPort: 'web' },
      { name: 'metrics', port: 9090, targetPort: 9090 },
    ],
  }),
  service({
    namespace,
    name: 'many',
    ports: Array.from({ length: 101 }, (_, index) => ({ name: `p${index}`, port: 8000 + index, targetPort: 8080 })),
  }),
  // The API server gives a Service without selector and cluster IP both address families
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'both-families', namespace },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'external', namespace },
    spec: { type: 'ExternalName', externalName: 'example.com', ports: [{ port: 80 }] },
  },
]
