/** Reasons of a `StatusCause` (Kubernetes API conventions, "Response Status Kind"), and the words a message begins with. */
export const causeReasons = {
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
  FieldValueNotFound: 'Not found',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
} as const

export type CauseReason = keyof typeof causeReasons

/** The order in which faults are told. */
export const sections = [
  'tenancy',
  'class',
  'group',
  'load-balancer',
  'listeners',
  'certificates',
  'subnets',
  'security-groups',
  'rules',
  'actions',
  'conditions',
  'auth',
  'backends',
  'health-checks',
  'attributes',
  'tags',
  'waf',
  'other',
] as const

export type Section = (typeof sections)[number]

/** What is known of one code: the reason of its cause, its place in the order, and a sentence for the reference page. */
export interface CodeEntry {
  readonly reason: CauseReason
  readonly section: Section
  readonly summary: string
}

const entry = (section: Section, reason: CauseReason, summary: string): CodeEntry => ({ section, reason, summary })

/** Every code that a denial, a warning, an event or a log line may carry. */
export const codes = {
  ClassNotFound: entry('class', 'FieldValueNotFound', 'The Ingress names an IngressClass that does not exist.'),
  ClassAmbiguous: entry(
    'class',
    'FieldValueRequired',
    'Two IngressClasses are marked as default and the Ingress names none.',
  ),
  ClassAnnotation: entry(
    'class',
    'FieldValueInvalid',
    'The class is given by the old annotation kubernetes.io/ingress.class.',
  ),
  ClassAnnotationDisagrees: entry(
    'class',
    'FieldValueInvalid',
    'Class annotation and spec.ingressClassName name different classes.',
  ),
  ClassForeign: entry(
    'class',
    'FieldValueInvalid',
    'The Ingress has our keys, but its class belongs to another controller.',
  ),
  ClassNone: entry(
    'class',
    'FieldValueRequired',
    'The Ingress has our keys, but no class, so no controller acts on it.',
  ),
  ClassNotRendered: entry(
    'class',
    'FieldValueInvalid',
    'The class is ours but not in the list that the webhook configuration is rendered for.',
  ),
  NotSupportedYet: entry(
    'load-balancer',
    'FieldValueForbidden',
    'aws-load-balancer-controller knows the key or value; this release does not build it yet.',
  ),
  NoEffectYet: entry(
    'other',
    'FieldValueInvalid',
    'aws-load-balancer-controller knows the key; this release leaves it without effect.',
  ),
  NameTooLong: entry(
    'group',
    'FieldValueTooLong',
    'The name does not fit the label that its TargetGroupBinding needs.',
  ),
  SchemeUnknown: entry(
    'load-balancer',
    'FieldValueNotSupported',
    'The scheme is neither internal nor internet-facing.',
  ),
  SchemeChange: entry(
    'load-balancer',
    'FieldValueForbidden',
    'The scheme of a live load balancer cannot be changed by this release.',
  ),
  IpAddressTypeUnknown: entry(
    'load-balancer',
    'FieldValueNotSupported',
    'The IP address type is not one that an ALB has.',
  ),
  JsonSyntax: entry('listeners', 'FieldValueInvalid', 'The value is not JSON.'),
  JsonType: entry('listeners', 'FieldValueTypeInvalid', 'A JSON value has the wrong type.'),
  JsonKeyTwice: entry('listeners', 'FieldValueDuplicate', 'A JSON object holds the same key twice.'),
  ListenPortsEmpty: entry('listeners', 'FieldValueRequired', 'listen-ports names no port.'),
  ListenPortTwice: entry('listeners', 'FieldValueDuplicate', 'A port is listed twice.'),
  ListenProtocolUnknown: entry('listeners', 'FieldValueNotSupported', 'A listener protocol is neither HTTP nor HTTPS.'),
  ListenPortRange: entry('listeners', 'FieldValueInvalid', 'A listener port is outside 1 to 65535.'),
  ListenPortUnusual: entry('listeners', 'FieldValueInvalid', 'The port is the usual one of the other protocol.'),
  ListenerRemoved: entry('listeners', 'FieldValueInvalid', 'A change takes a listener away, or its protocol changes.'),
  RulesRemoved: entry('rules', 'FieldValueInvalid', 'A change takes more than half of the rules away.'),
  DefaultMoves: entry('other', 'FieldValueInvalid', 'A default follows from another key that changed.'),
  ListenersTooMany: entry('listeners', 'FieldValueTooMany', 'More listeners than a load balancer can have.'),
  SslPolicySyntax: entry('listeners', 'FieldValueInvalid', 'A security policy is not named as one.'),
  SslPolicyNotFound: entry(
    'listeners',
    'FieldValueNotSupported',
    'AWS has no such security policy for application load balancers.',
  ),
  SslPolicyOld: entry('listeners', 'FieldValueInvalid', 'A security policy still allows TLS 1.0 or 1.1.'),
  SslRedirectNotHttps: entry(
    'listeners',
    'FieldValueInvalid',
    'The port to redirect to is not that of an HTTPS listener.',
  ),
  SslRedirectNothing: entry('listeners', 'FieldValueInvalid', 'There is no HTTP listener to redirect from.'),
  TlsWithoutHttps: entry(
    'listeners',
    'FieldValueInvalid',
    'A key that HTTPS listeners read is set, and there is none.',
  ),
  CertificateArn: entry('certificates', 'FieldValueInvalid', 'A text is not the ARN of a certificate.'),
  CertificateRegion: entry(
    'certificates',
    'FieldValueInvalid',
    'A certificate is in another region or partition than the load balancer.',
  ),
  CertificateAccount: entry('certificates', 'FieldValueInvalid', 'A certificate belongs to another account.'),
  CertificateNotFound: entry('certificates', 'FieldValueNotFound', 'A certificate does not exist.'),
  CertificateMissing: entry(
    'certificates',
    'FieldValueRequired',
    'An HTTPS listener has no certificate and no host to find one by.',
  ),
  CertificateNotIssued: entry('certificates', 'FieldValueInvalid', 'A certificate is pending, failed or revoked.'),
  CertificateExpired: entry('certificates', 'FieldValueInvalid', 'A certificate has expired.'),
  CertificateExpires: entry(
    'certificates',
    'FieldValueInvalid',
    'A certificate expires soon and is not renewed by itself.',
  ),
  CertificateNotYetValid: entry('certificates', 'FieldValueInvalid', 'A certificate is not valid yet.'),
  CertificateKey: entry(
    'certificates',
    'FieldValueInvalid',
    'The key of a certificate is of a type that an ALB does not take.',
  ),
  CertificateKeyWeak: entry('certificates', 'FieldValueInvalid', 'The key of a certificate is weak.'),
  CertificateTwice: entry('certificates', 'FieldValueDuplicate', 'A certificate is listed twice.'),
  CertificateCoversNot: entry('certificates', 'FieldValueInvalid', 'No certificate of a listener covers a host.'),
  CertificateForHostNotFound: entry('certificates', 'FieldValueRequired', 'Discovery finds no certificate for a host.'),
  CertificateChosen: entry('certificates', 'FieldValueInvalid', 'Discovery chose a certificate for a host.'),
  CertificatesTooMany: entry('certificates', 'FieldValueTooMany', 'More certificates than a load balancer can have.'),
  SubnetIdMalformed: entry('subnets', 'FieldValueInvalid', 'A subnet id is malformed.'),
  SubnetTwice: entry('subnets', 'FieldValueDuplicate', 'A subnet is listed twice.'),
  SubnetsTooFew: entry('subnets', 'FieldValueInvalid', 'Fewer subnets than a load balancer needs.'),
  SubnetNotFound: entry('subnets', 'FieldValueNotFound', 'A subnet does not exist.'),
  SubnetOtherVpc: entry('subnets', 'FieldValueInvalid', 'A subnet lies in another VPC than the cluster.'),
  SubnetsSameZone: entry('subnets', 'FieldValueInvalid', 'Two subnets lie in one Availability Zone.'),
  SubnetsMixedLocales: entry('subnets', 'FieldValueInvalid', 'Subnets of different locales are mixed.'),
  SubnetsNotFound: entry('subnets', 'FieldValueRequired', 'Discovery finds no usable subnets.'),
  SubnetFewAddresses: entry(
    'subnets',
    'FieldValueInvalid',
    'A subnet has fewer free addresses than a load balancer needs.',
  ),
  SubnetSmall: entry('subnets', 'FieldValueInvalid', 'A subnet is smaller than AWS advises.'),
  SubnetOtherCluster: entry('subnets', 'FieldValueInvalid', 'A subnet is tagged for other clusters only.'),
  EmptyRefused: entry(
    'security-groups',
    'FieldValueRequired',
    'A value is empty, and its default would open the load balancer.',
  ),
  CidrSyntax: entry('security-groups', 'FieldValueInvalid', 'A text is not a CIDR block.'),
  CidrHostBits: entry('security-groups', 'FieldValueInvalid', 'A CIDR block has host bits set.'),
  CidrFamily: entry(
    'security-groups',
    'FieldValueInvalid',
    'A CIDR block is of a family that the load balancer does not have.',
  ),
  SecurityGroupRulesTooMany: entry(
    'security-groups',
    'FieldValueTooMany',
    'More rules than a security group can have.',
  ),
  InboundOpens: entry('security-groups', 'FieldValueInvalid', 'A change opens the load balancer to everybody.'),
  BackendResource: entry('rules', 'FieldValueForbidden', 'A backend is a resource instead of a Service.'),
  PathWildcard: entry('rules', 'FieldValueInvalid', 'An Exact or Prefix path holds a wildcard.'),
  PathCharacters: entry('rules', 'FieldValueInvalid', 'A path holds a character that a path condition does not take.'),
  PathTooLong: entry('rules', 'FieldValueTooLong', 'A path is longer than 128 characters.'),
  PathMatchesOnlyItself: entry(
    'rules',
    'FieldValueInvalid',
    'An ImplementationSpecific path without wildcard matches only itself.',
  ),
  HostInvalid: entry('rules', 'FieldValueInvalid', 'A host is not one that a host condition takes.'),
  RuleTooManyWildcards: entry('rules', 'FieldValueTooMany', 'A rule has more wildcards than an ALB takes.'),
  RulesTooMany: entry('rules', 'FieldValueTooMany', 'More rules than a load balancer can have.'),
  RulesManyUsed: entry('rules', 'FieldValueInvalid', 'At least 80 % of the rules of a load balancer are used.'),
  TargetGroupsManyUsed: entry(
    'backends',
    'FieldValueInvalid',
    'At least 80 % of the target groups of a load balancer are used.',
  ),
  ListenersManyUsed: entry(
    'listeners',
    'FieldValueInvalid',
    'At least 80 % of the listeners of a load balancer are used.',
  ),
  SecurityGroupRulesManyUsed: entry(
    'security-groups',
    'FieldValueInvalid',
    'At least 80 % of the inbound rules of the managed security group are used.',
  ),
  RuleDuplicate: entry('rules', 'FieldValueDuplicate', 'Two rules have the same conditions.'),
  RuleShadowed: entry('rules', 'FieldValueInvalid', 'An earlier rule takes every request of this one.'),
  RuleOrder: entry('rules', 'FieldValueInvalid', 'Rules whose order contradicts itself keep their declared order.'),
  WildcardHostCatches: entry(
    'rules',
    'FieldValueInvalid',
    'A wildcard host of an ALB also matches names of several labels.',
  ),
  TlsHostsWithoutRuleHost: entry('rules', 'FieldValueInvalid', 'A rule has no host although spec.tls names some.'),
  ActionMissing: entry('actions', 'FieldValueNotFound', 'A backend uses an action that no annotation defines.'),
  TargetTypeUnknown: entry('backends', 'FieldValueNotSupported', 'The target type is neither instance nor ip.'),
  BackendProtocolUnknown: entry(
    'backends',
    'FieldValueNotSupported',
    'The backend protocol is neither HTTP nor HTTPS.',
  ),
  BackendProtocolVersionUnknown: entry(
    'backends',
    'FieldValueNotSupported',
    'The backend protocol version is not HTTP1, HTTP2 or GRPC.',
  ),
  ServiceNotFound: entry('backends', 'FieldValueNotFound', 'A Service does not exist.'),
  ServicePortNotFound: entry('backends', 'FieldValueNotFound', 'A Service has no such port.'),
  ServiceWithoutNodePort: entry('backends', 'FieldValueInvalid', 'Instance targets need a Service with a node port.'),
  ServiceLosesTargets: entry(
    'backends',
    'FieldValueInvalid',
    'A change of a Service takes the targets of an Ingress away.',
  ),
  TargetGroupsTooMany: entry('backends', 'FieldValueTooMany', 'More target groups than a load balancer can have.'),
  HealthCheckPortNotFound: entry(
    'health-checks',
    'FieldValueNotFound',
    'The health check port names no port of the Service.',
  ),
  HealthCheckPortSyntax: entry('health-checks', 'FieldValueInvalid', 'The health check port is no port.'),
  HealthCheckPathSyntax: entry('health-checks', 'FieldValueInvalid', 'The health check path is not one.'),
  HealthCheckProtocolUnknown: entry(
    'health-checks',
    'FieldValueNotSupported',
    'The health check protocol is neither HTTP nor HTTPS.',
  ),
  OutOfRange: entry('health-checks', 'FieldValueInvalid', 'A number is out of its range.'),
  NotANumber: entry('health-checks', 'FieldValueInvalid', 'A value is not a whole number.'),
  TimeoutNotBelowInterval: entry(
    'health-checks',
    'FieldValueInvalid',
    'The health check timeout is not below the interval.',
  ),
  SuccessCodesSyntax: entry(
    'health-checks',
    'FieldValueInvalid',
    'The success codes are not codes or ranges of codes.',
  ),
  MapSyntax: entry('tags', 'FieldValueInvalid', 'A value is not a list of key=value pairs.'),
  MapKeyTwice: entry('tags', 'FieldValueDuplicate', 'A key is written twice in one value.'),
  TagKeyReserved: entry('tags', 'FieldValueForbidden', 'A tag key belongs to AWS or to this controller.'),
  TagKeyInvalid: entry('tags', 'FieldValueInvalid', 'A tag key has a wrong length or character.'),
  TagValueInvalid: entry('tags', 'FieldValueInvalid', 'A tag value has a wrong length or character.'),
  TagsTooMany: entry('tags', 'FieldValueTooMany', 'More tags than a resource can have.'),
  BoolSyntax: entry('other', 'FieldValueInvalid', 'A value is neither true nor false.'),
  ListSyntax: entry('other', 'FieldValueInvalid', 'A list has no entry.'),
  UnknownKey: entry('other', 'FieldValueInvalid', 'A key with our prefix is not known.'),
  KeyOfIngress: entry('other', 'FieldValueInvalid', 'A Service carries a key that only an Ingress may carry.'),
  OldSpelling: entry('other', 'FieldValueInvalid', 'A key is written in an old spelling.'),
  SpellingsDisagree: entry('other', 'FieldValueInvalid', 'Old and new spelling of a key have different values.'),
  SpellingRefused: entry('other', 'FieldValueForbidden', 'A key of 2017 whose meaning has no equal is written.'),
  ValueTooLong: entry('other', 'FieldValueTooLong', 'A value is longer than any that can be right.'),
  EmptyValue: entry('other', 'FieldValueInvalid', 'A value is empty and counts as absent.'),
  NotChecked: entry('other', 'FieldValueInvalid', 'A fact was not available, so a rule could not be asked.'),
  RuleFailed: entry('other', 'FieldValueInvalid', 'A rule failed; this is a defect of the product.'),
} as const satisfies Record<string, CodeEntry>

export type Code = keyof typeof codes
