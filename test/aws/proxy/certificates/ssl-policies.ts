import type { XmlRecord } from '../xml.ts'

/** The policy of an HTTPS listener that names none. */
export const defaultSslPolicy = 'ELBSecurityPolicy-2016-08'

const tls13 = ['TLSv1.3']
const from12 = ['TLSv1.2', ...tls13]
const from11 = ['TLSv1.1', ...from12]
const from10 = ['TLSv1', ...from11]

/** Security policies of Application Load Balancers with their protocols ("Security policies for your Application Load Balancer"). */
export const sslPolicies: Readonly<Record<string, readonly string[]>> = {
  'ELBSecurityPolicy-2016-08': ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
  'ELBSecurityPolicy-TLS-1-1-2017-01': ['TLSv1.1', 'TLSv1.2'],
  'ELBSecurityPolicy-TLS-1-2-2017-01': ['TLSv1.2'],
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06': ['TLSv1.2'],
  'ELBSecurityPolicy-FS-2018-06': ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
  'ELBSecurityPolicy-FS-1-1-2019-08': ['TLSv1.1', 'TLSv1.2'],
  'ELBSecurityPolicy-FS-1-2-2019-08': ['TLSv1.2'],
  'ELBSecurityPolicy-FS-1-2-Res-2019-08': ['TLSv1.2'],
  'ELBSecurityPolicy-FS-1-2-Res-2020-10': ['TLSv1.2'],
  'ELBSecurityPolicy-TLS13-1-0-2021-06': from10,
  'ELBSecurityPolicy-TLS13-1-1-2021-06': from11,
  'ELBSecurityPolicy-TLS13-1-2-2021-06': from12,
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06': from12,
  'ELBSecurityPolicy-TLS13-1-3-2021-06': tls13,
  'ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04': from10,
  'ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04': from11,
  'ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04': from12,
  'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04': from12,
  'ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04': tls13,
  'ELBSecurityPolicy-TLS13-1-0-PQ-2025-09': from10,
  'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09': tls13,
  'ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09': from12,
  'ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09': tls13,
}

/** A policy as DescribeSSLPolicies answers it, with one cipher for each generation of the protocol. */
export function sslPolicyAnswer(name: string, protocols: readonly string[]): XmlRecord {
  const ciphers = [
    ...(protocols.includes('TLSv1.3') ? ['TLS_AES_128_GCM_SHA256'] : []),
    ...(protocols.includes('TLSv1.2') ? ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'] : []),
    ...(protocols.includes('TLSv1') ? ['ECDHE-RSA-AES128-SHA'] : []),
  ]
  return {
    Name: name,
    SslProtocols: protocols,
    Ciphers: ciphers.map((Name, index) => ({ Name, Priority: String(index + 1) })),
    SupportedLoadBalancerTypes: ['application', 'network'],
  }
}
