const beginning = 'ELBSecurityPolicy-'

/** Those of TLS 1.3 and 1.2, by the oldest protocol that they take, without what all names begin with. */
const from10 = ['2016-08', 'FS-2018-06', 'TLS13-1-0-2021-06', 'TLS13-1-0-FIPS-2023-04', 'TLS13-1-0-PQ-2025-09']
const from11 = ['FS-1-1-2019-08', 'TLS-1-1-2017-01', 'TLS13-1-1-2021-06', 'TLS13-1-1-FIPS-2023-04']
const from12 = [
  'FS-1-2-2019-08',
  'FS-1-2-Res-2019-08',
  'FS-1-2-Res-2020-10',
  'TLS-1-2-2017-01',
  'TLS-1-2-Ext-2018-06',
  'TLS13-1-2-2021-06',
  'TLS13-1-2-Ext0-FIPS-2023-04',
  'TLS13-1-2-Ext0-FIPS-PQ-2025-09',
  'TLS13-1-2-Ext1-2021-06',
  'TLS13-1-2-Ext1-FIPS-2023-04',
  'TLS13-1-2-Ext1-FIPS-PQ-2025-09',
  'TLS13-1-2-Ext1-PQ-2025-09',
  'TLS13-1-2-Ext2-2021-06',
  'TLS13-1-2-Ext2-FIPS-2023-04',
  'TLS13-1-2-Ext2-FIPS-PQ-2025-09',
  'TLS13-1-2-Ext2-PQ-2025-09',
  'TLS13-1-2-FIPS-2023-04',
  'TLS13-1-2-FIPS-PQ-2025-09',
  'TLS13-1-2-PQ-2025-09',
  'TLS13-1-2-Res-2021-06',
  'TLS13-1-2-Res-FIPS-2023-04',
  'TLS13-1-2-Res-FIPS-PQ-2025-09',
  'TLS13-1-2-Res-PQ-2025-09',
]
const from13 = ['TLS13-1-3-2021-06', 'TLS13-1-3-FIPS-2023-04', 'TLS13-1-3-FIPS-PQ-2025-09', 'TLS13-1-3-PQ-2025-09']

const whole = (names: readonly string[]): readonly string[] => names.map((name) => beginning + name)

/** Policies that take TLS 1.0 or 1.1 (Elastic Load Balancing user guide, "Security policies"). */
export const oldSslPolicies: ReadonlySet<string> = new Set(whole([...from10, ...from11]))

/** Policies that are known without asking AWS, which may have others by now. */
export const knownSslPolicies: readonly string[] = whole([...from10, ...from11, ...from12, ...from13])
