/** Codes for which a published set is denied, each with the rule and why it is no false alarm. */
export const rulesByCode: Readonly<Record<string, string>> = {
  SslRedirectNotHttps: 'ssl-redirect names a port on which the Ingress has no HTTPS listener',
  CertificateMissing: 'HTTPS without a certificate, and without a host to find one by',
  SuccessCodesRange: 'success codes of gRPC for targets that speak HTTP',
  ProtocolVersionNeedsHttps: 'gRPC behind an HTTP listener, which AWS refuses',
  AttributeUnknown: 'an attribute of load balancers among those of target groups',
  AttributeValue: 'a comma at the end belongs to the value: "true," is no bool',
}

/** The sets of keys that are built which are denied. */
export const deniedSets: readonly string[] = [
  'r147 SslRedirectNotHttps',
  'r161 SslRedirectNotHttps',
  'r166 SslRedirectNotHttps',
  'r205 ProtocolVersionNeedsHttps',
  'r241 CertificateMissing',
  'r274 AttributeValue',
  'r349 CertificateMissing',
  'r406 SslRedirectNotHttps',
  'r408 SslRedirectNotHttps',
]
