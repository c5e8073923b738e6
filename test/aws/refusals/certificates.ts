import {
  AddListenerCertificatesCommand,
  type AddListenerCertificatesCommandInput,
  DescribeListenerCertificatesCommand,
  DescribeSSLPoliciesCommand,
  ModifyListenerCommand,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { listenerOn } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 10 to 14: the TLS side of listeners. */
export function certificateCases(prepared: Prepared): readonly RefusalCase[] {
  const { elb, main, http81, https, httpsOn, pending, certificates } = prepared
  const app = { CertificateArn: certificates['app.example.com'] }
  const wildcard = { CertificateArn: certificates['*.example.com'] }
  const shop = { CertificateArn: certificates['shop.example.org'] }
  const unknownAcm = { CertificateArn: `${certificates['app.example.com'].slice(0, -1)}_` }
  const elsewhere = { CertificateArn: certificates['app.example.com'].replace('ap-northeast-1', 'us-east-1') }
  const unknownIam = { CertificateArn: 'arn:aws:iam::123456789012:server-certificate/unknown' }
  const notIssued = { CertificateArn: pending }
  const add = (...Certificates: NonNullable<AddListenerCertificatesCommandInput['Certificates']>) =>
    new AddListenerCertificatesCommand({ ListenerArn: https, Certificates })
  const remove = (...Certificates: NonNullable<AddListenerCertificatesCommandInput['Certificates']>) =>
    new RemoveListenerCertificatesCommand({ ListenerArn: https, Certificates })
  return [
    [10, 'HTTPS without a certificate', () => elb.send(listenerOn(main, 8443, 'HTTPS')), 'ValidationError'],
    [10, 'HTTPS with two', () => elb.send(httpsOn({ Certificates: [app, wildcard] })), 'TooManyCertificatesException'],
    [
      10,
      'a listener that becomes HTTPS without a certificate',
      () => elb.send(new ModifyListenerCommand({ ListenerArn: http81, Protocol: 'HTTPS' })),
      'ValidationError',
    ],
    [
      10,
      'HTTP with a certificate',
      () => elb.send(httpsOn({ Protocol: 'HTTP' })),
      'InvalidConfigurationRequestException',
    ],
    [
      10,
      'a TLS policy for an HTTP listener',
      () => elb.send(new ModifyListenerCommand({ ListenerArn: http81, SslPolicy: 'ELBSecurityPolicy-2016-08' })),
      'InvalidConfigurationRequestException',
    ],
    [
      10,
      'the mark of the default certificate',
      () => elb.send(httpsOn({ Certificates: [{ ...app, IsDefault: true }] })),
      'ValidationError',
    ],
    [
      11,
      'an unknown ACM certificate on create',
      () => elb.send(httpsOn({ Certificates: [unknownAcm] })),
      'CertificateNotFoundException',
    ],
    [
      11,
      'one of another region',
      () => elb.send(httpsOn({ Certificates: [elsewhere] })),
      'CertificateNotFoundException',
    ],
    [
      11,
      'an unknown IAM certificate on modify',
      () => elb.send(new ModifyListenerCommand({ ListenerArn: https, Certificates: [unknownIam] })),
      'CertificateNotFoundException',
    ],
    [11, 'an unknown certificate to add', () => elb.send(add(unknownAcm)), 'CertificateNotFoundException'],
    [
      11,
      'a certificate that is not issued, on create',
      () => elb.send(httpsOn({ Certificates: [notIssued] })),
      'UnsupportedCertificate',
    ],
    [11, 'a certificate that is not issued, to add', () => elb.send(add(notIssued)), 'UnsupportedCertificate'],
    [
      12,
      'an unknown TLS policy on create',
      () => elb.send(httpsOn({ SslPolicy: 'ELBSecurityPolicy-TLS13-1-2' })),
      'SSLPolicyNotFoundException',
    ],
    [
      12,
      'an unknown TLS policy on modify',
      () => elb.send(new ModifyListenerCommand({ ListenerArn: https, SslPolicy: 'modern' })),
      'SSLPolicyNotFoundException',
    ],
    [
      12,
      'an unknown TLS policy in a describe',
      () => elb.send(new DescribeSSLPoliciesCommand({ Names: ['ELBSecurityPolicy-2016-08', 'modern'] })),
      'SSLPolicyNotFoundException',
    ],
    [13, 'two certificates in one call', () => elb.send(add(wildcard, shop)), 'TooManyCertificatesException'],
    [13, 'the removal of none', () => elb.send(remove()), 'ValidationError'],
    [13, 'the removal of the default certificate', () => elb.send(remove(app)), 'OperationNotPermittedException'],
    [
      13,
      'a certificate for an HTTP listener',
      () => elb.send(new AddListenerCertificatesCommand({ ListenerArn: http81, Certificates: [shop] })),
      'ValidationError',
    ],
    [
      13,
      'certificates of an HTTP listener',
      () => elb.send(new DescribeListenerCertificatesCommand({ ListenerArn: http81 })),
      'ValidationError',
    ],
    [
      14,
      'mutual authentication of an unknown mode',
      () => elb.send(httpsOn({ MutualAuthentication: { Mode: 'on' } })),
      'ValidationError',
    ],
    [
      14,
      'mutual authentication with a trust store, told as beyond the emulator',
      () => elb.send(httpsOn({ MutualAuthentication: { Mode: 'verify', TrustStoreArn: 'arn' } })),
      'EmulatorLacksThis',
    ],
    [
      32,
      'certificates of an unknown listener',
      () => elb.send(new DescribeListenerCertificatesCommand({ ListenerArn: `${https}0` })),
      'ListenerNotFoundException',
    ],
  ]
}
