/**
 * What can be done about a failed call. `uncertain`: a write that may have been executed; read back before anything else.
 * `unavailable`: AWS did not answer, and nothing was changed. `duplicate`: something of that name, port or priority
 * exists; read back and compare. `in-use`: refused for as long as another resource hangs on it. `conflict`: what is there
 * is not what the call takes for granted; it stays so until somebody acts.
 */
export type Remedy =
  | 'not-found'
  | 'throttled'
  | 'denied'
  | 'conflict'
  | 'in-use'
  | 'quota'
  | 'invalid'
  | 'uncertain'
  | 'unavailable'
  | 'duplicate'

/** Codes as they are on the wire: those of Elastic Load Balancing without the SDK's `Exception`. */
export const remedies: Readonly<Record<string, Remedy>> = {
  ...codes('not-found', [
    'AllocationIdNotFound',
    'CaCertificatesBundleNotFound',
    'CertificateNotFound',
    'InvalidGroup.NotFound',
    'InvalidInstanceID.NotFound',
    'InvalidPermission.NotFound',
    'InvalidPrefixListID.NotFound',
    'InvalidSecurityGroupID.NotFound',
    'InvalidSubnetID.NotFound',
    'InvalidVpcID.NotFound',
    'ListenerNotFound',
    'LoadBalancerNotFound',
    'NoSuchEntity',
    'ResourceNotFound',
    'ResourceNotFoundException',
    'RevocationContentNotFound',
    'RevocationIdNotFound',
    'RuleNotFound',
    'SSLPolicyNotFound',
    'SubnetNotFound',
    'TargetGroupNotFound',
    'TrustStoreAssociationNotFound',
    'TrustStoreNotFound',
  ]),
  ...codes('throttled', [
    'EC2ThrottledException',
    'PriorRequestNotComplete',
    'RequestLimitExceeded',
    'RequestThrottled',
    'SlowDown',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ]),
  ...codes('denied', [
    'AccessDenied',
    'AccessDeniedException',
    'AuthFailure',
    'CredentialsProviderError',
    'ExpiredToken',
    'ExpiredTokenException',
    'InvalidClientTokenId',
    'InvalidIdentityToken',
    'MissingAuthenticationToken',
    'OptInRequired',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'TokenProviderError',
    'UnauthorizedOperation',
    'UnrecognizedClientException',
  ]),
  ...codes('conflict', [
    'CapacityReservationPending',
    'DeleteAssociationSameAccount',
    'OperationNotPermitted',
    'TargetGroupAssociationLimit',
  ]),
  ...codes('in-use', [
    'DependencyViolation',
    'InvalidGroup.InUse',
    'ResourceInUse',
    'TrustStoreInUse',
    'TrustStoreNotReady',
  ]),
  ...codes('quota', [
    'CapacityDecreaseRequestsLimitExceeded',
    'CapacityUnitsLimitExceeded',
    'InsufficientCapacity',
    'RulesPerSecurityGroupLimitExceeded',
    'SecurityGroupLimitExceeded',
    'SecurityGroupsPerInterfaceLimitExceeded',
    'TagLimitExceeded',
    'TooManyActions',
    'TooManyCertificates',
    'TooManyListeners',
    'TooManyLoadBalancers',
    'TooManyRegistrationsForTargetId',
    'TooManyRules',
    'TooManyTags',
    'TooManyTargetGroups',
    'TooManyTargets',
    'TooManyTrustStoreRevocationEntries',
    'TooManyTrustStores',
    'TooManyUniqueTargetGroupsPerLoadBalancer',
  ]),
  ...codes('invalid', [
    'ALPNPolicyNotSupported',
    'AvailabilityZoneNotSupported',
    'DuplicateTagKeys',
    'IncompatibleProtocols',
    'InvalidAction',
    'InvalidCaCertificatesBundle',
    'InvalidConfigurationRequest',
    'InvalidGroupId.Malformed',
    'InvalidID',
    'InvalidLoadBalancerAction',
    'InvalidParameter',
    'InvalidParameterCombination',
    'InvalidParameterValue',
    'InvalidPermission.Malformed',
    'InvalidRevocationContent',
    'InvalidScheme',
    'InvalidSecurityGroup',
    'InvalidSubnet',
    'InvalidSubnetID.Malformed',
    'InvalidTarget',
    'MalformedQueryString',
    'MissingParameter',
    'UnknownParameter',
    'UnsupportedCertificate',
    'UnsupportedProtocol',
    'ValidationError',
    'VPCIdNotSpecified',
  ]),
  ...codes('unavailable', [
    'HealthUnavailable',
    'InternalError',
    'InternalFailure',
    'IDPCommunicationError',
    'ServiceUnavailable',
    'Unavailable',
  ]),
  ...codes('duplicate', [
    'DuplicateListener',
    'DuplicateLoadBalancerName',
    'DuplicateTargetGroupName',
    'DuplicateTrustStoreName',
    'InvalidGroup.Duplicate',
    'InvalidPermission.Duplicate',
    'PriorityInUse',
  ]),
}

function codes(remedy: Remedy, names: readonly string[]): Readonly<Record<string, Remedy>> {
  return Object.fromEntries(names.map((name) => [name, remedy]))
}
