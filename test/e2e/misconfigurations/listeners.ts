import { denied, type Places, type Row, warned } from './row.ts'

const ports = (value: string) => ({ 'listen-ports': value })
const blocks = (count: number) => Array.from({ length: count }, (_, index) => `10.${index}.0.0/16`).join(',')

/** Ports, certificates, policies, redirects and who may connect. */
export const listenerRows = ({ fixture, account }: Places): readonly Row[] => {
  const star = fixture.certificates['*.example.com']
  const https = { 'certificate-arn': star }
  const both = { ...https, ...ports('[{"HTTP":80},{"HTTPS":443}]') }
  const coversNothing = { warned: ['certificate-arn: no certificate covers a host of the Ingress'] }
  const chosen = (host: string, domain: keyof typeof fixture.certificates, how: string) =>
    `host ${host}: uses certificate ...${fixture.certificates[domain].slice(-8)} (${how}, valid to`
  const elsewhere = star.replace(fixture.region, 'eu-west-1')
  return [
    denied(
      'LSN-01',
      ports('80,443'),
      [['listen-ports', 'JsonSyntax', `write '[{"HTTP":80},{"HTTPS":443}]' instead`]],
      both,
    ),
    denied(
      'LSN-02',
      ports('{"HTTP":80}'),
      [['listen-ports', 'JsonType', `write '[{"HTTP":80}]'`]],
      ports('[{"HTTP":80}]'),
    ),
    denied(
      'LSN-05',
      ports('[{"HTTP":70000}]'),
      [['listen-ports[0].HTTP', 'ListenPortRange', 'write 80']],
      ports('[{"HTTP":80}]'),
    ),
    denied(
      'LSN-11',
      ports(JSON.stringify(Array.from({ length: 51 }, (_, index) => ({ HTTP: 8000 + index })))),
      [['listen-ports', 'ListenersTooMany', 'remove 1']],
      ports(JSON.stringify(Array.from({ length: 39 }, (_, index) => ({ HTTP: 8000 + index })))),
    ),
    denied(
      'LSN-13',
      {},
      [['certificate-arn', 'CertificateMissing', 'set certificate-arn or a host']],
      {},
      {
        mistake: {
          keys: ports('[{"HTTPS":443}]'),
          spec: {
            ingressClassName: 'alb',
            rules: [
              {
                http: {
                  paths: [
                    {
                      path: '/',
                      pathType: 'Prefix',
                      backend: { service: { name: 'echoserver', port: { number: 80 } } },
                    },
                  ],
                },
              },
            ],
          },
        },
        repaired: { keys: { ...ports('[{"HTTPS":443}]'), ...https } },
      },
    ),
    denied('LSN-14', { 'inbound-cidrs': '10.0.0.1' }, [['inbound-cidrs', 'CidrSyntax', 'write "10.0.0.1/32"']], {
      'inbound-cidrs': '10.0.0.1/32',
    }),
    warned(
      'LSN-18',
      {
        'inbound-cidrs': '10.0.0.0/8',
        'security-groups': fixture.securityGroups.extra,
        'manage-backend-security-group-rules': 'true',
      },
      ['inbound-cidrs: ignored, since security-groups is set'],
      { 'security-groups': fixture.securityGroups.extra, 'manage-backend-security-group-rules': 'true' },
    ),
    denied(
      'LSN-21',
      { 'inbound-cidrs': blocks(61) },
      [['inbound-cidrs', 'SecurityGroupRulesTooMany', 'join neighbouring blocks or use fewer listeners']],
      { 'inbound-cidrs': blocks(47) },
    ),
    denied(
      'LSN-22',
      { ...https, 'ssl-policy': 'ELBSecurityPolicy-TLS99' },
      [['ssl-policy', 'SslPolicyNotFound', 'write "ELBSecurityPolicy-TLS13-1-2-2021-06"']],
      { ...https, 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
    ),
    warned(
      'LSN-24',
      { 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
      ['ssl-policy: ignored, no HTTPS listener'],
      {},
    ),
    denied('SSL-01', { ...both, 'ssl-redirect': 'true' }, [['ssl-redirect', 'NotANumber', 'write "443"']], {
      ...both,
      'ssl-redirect': '443',
    }),
    denied(
      'SSL-03',
      { ...both, 'ssl-redirect': '80' },
      [['ssl-redirect', 'SslRedirectNotHttps', 'write the port of the HTTPS listener, 443']],
      { ...both, 'ssl-redirect': '443' },
    ),
    denied(
      'CRT-01',
      {},
      [['certificate-arn', 'CertificateForHostNotFound', 'request or import one, or set certificate-arn']],
      {},
      {
        mistake: { keys: ports('[{"HTTPS":443}]'), host: 'app.example.net' },
        repaired: { keys: ports('[{"HTTPS":443}]'), host: 'app.example.com' },
        repairedWarned: [chosen('app.example.com', 'app.example.com', 'exact name')],
      },
    ),
    denied(
      'CRT-02',
      {},
      [['certificate-arn', 'CertificateForHostNotFound', 'request or import one, or set certificate-arn']],
      {},
      {
        mistake: { keys: ports('[{"HTTPS":443}]'), host: 'a.b.example.com' },
        repaired: { keys: ports('[{"HTTPS":443}]'), host: 'b.example.com' },
        repairedWarned: [chosen('b.example.com', '*.example.com', 'wildcard')],
      },
    ),
    denied(
      'CRT-03',
      { 'certificate-arn': account.certificates.pending },
      [['certificate-arn', 'CertificateNotIssued', 'create the DNS record ']],
      https,
      coversNothing,
    ),
    denied(
      'CRT-03, revoked',
      { 'certificate-arn': account.certificates.revoked },
      [['certificate-arn', 'CertificateNotIssued', 'write the ARN of one that is ISSUED']],
      https,
      coversNothing,
    ),
    denied(
      'CRT-03, expired',
      { 'certificate-arn': account.certificates.expired },
      [['certificate-arn', 'CertificateExpired', 'renew or import it again, or write the ARN of another one']],
      https,
      coversNothing,
    ),
    denied(
      'CRT-03, pending and found by host',
      {},
      [['certificate-arn', 'CertificateForHostNotFound', 'does, but is PENDING_VALIDATION; request or import one']],
      {},
      {
        mistake: { keys: ports('[{"HTTPS":443}]'), host: 'pending.example.net' },
        repaired: { keys: ports('[{"HTTPS":443}]'), host: 'app.example.com' },
        repairedWarned: [chosen('app.example.com', 'app.example.com', 'exact name')],
      },
    ),
    denied(
      'CRT-04',
      { 'certificate-arn': 'arn:aws:acm:foo' },
      [
        [
          'certificate-arn',
          'CertificateArn',
          'write arn:aws:acm:REGION:ACCOUNT:certificate/ID or arn:aws:iam::ACCOUNT:server-certificate/NAME',
        ],
      ],
      https,
    ),
    denied(
      'CRT-05',
      { 'certificate-arn': `${star.slice(0, -8)}00000000` },
      [['certificate-arn', 'CertificateNotFound', `write an ARN that 'aws acm list-certificates' shows`]],
      https,
    ),
    denied(
      'CRT-06',
      { 'certificate-arn': elsewhere },
      [['certificate-arn', 'CertificateRegion', 'request or import the certificate there']],
      https,
    ),
    denied(
      'CRT-07',
      { 'certificate-arn': star.replace(fixture.accountId, '999999999999') },
      [['certificate-arn', 'CertificateAccount', `write an ARN that 'aws acm list-certificates' shows`]],
      https,
    ),
    denied(
      'CRT-10',
      { 'certificate-arn': account.certificates.largeKey },
      [
        [
          'certificate-arn',
          'CertificateKey',
          'write the ARN of one with a key of RSA up to 4096 bits, P-256, P-384 or P-521',
        ],
      ],
      https,
      coversNothing,
    ),
    warned(
      'CRT-13',
      { 'certificate-arn': `${star},${star}` },
      [`certificate-arn: ...${star.slice(-8)} is listed twice`],
      https,
    ),
    warned('CRT-16', { ...https, ...ports('[{"HTTP":80}]') }, ['certificate-arn: ignored, no HTTPS listener'], both),
  ]
}
