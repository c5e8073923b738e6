import { z } from 'zod'

const scope = {
  /** `CreateRule`, `ec2:CreateTags`, `ec2:*`, `write:*` (every writing call) or `*`. */
  action: z.string(),
  /** The first of the matching calls that is hit, counted from now, from 1 (default 1). */
  at: z.int().min(1).exactOptional(),
  /** How many matching calls in a row are hit (default 1). */
  times: z.union([z.int().min(1), z.literal('forever')]).exactOptional(),
  /** Only calls of the client with this application id. */
  client: z.string().exactOptional(),
}

/**
 * What happens to a call. `error-before`: refused, nothing is executed. `answer-lost`: executed, then the connection is
 * closed without an answer. `throttle`: refused with the throttling code of the service. `hold`: executed, and the answer
 * is kept until `releaseHeld`. `connection-lost`: closed without an answer and without being executed.
 */
export const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    ...scope,
    kind: z.literal('error-before'),
    code: z.string(),
    status: z.int().exactOptional(),
    message: z.string().exactOptional(),
  }),
  z.strictObject({ ...scope, kind: z.enum(['answer-lost', 'connection-lost', 'throttle', 'hold']) }),
])

/** What happens to the calls of a scope. */
export type Fault = Readonly<z.output<typeof fault>>

/** A token bucket per action class: a key such as `elasticloadbalancing:Describe` covers the actions that begin so; the longest key wins. */
export const buckets = z.record(z.string(), z.strictObject({ cap: z.number(), rate: z.number() }))

export type Buckets = Readonly<z.output<typeof buckets>>

const quota = z.int().exactOptional()

/** Switches of the emulator; what is left out stays as it is. */
export const emulatorSettings = z.strictObject({
  /** Quotas of the account; those left out stay as they are. */
  quotas: z
    .strictObject({
      loadBalancers: quota,
      targetGroups: quota,
      listenersPerLoadBalancer: quota,
      rulesPerLoadBalancer: quota,
      targetGroupsPerLoadBalancer: quota,
      targetsPerLoadBalancer: quota,
      targetGroupsPerAction: quota,
      tagsPerResource: quota,
      /** Not counting the default ones. */
      certificatesPerLoadBalancer: quota,
      namesPerCertificate: quota,
      securityGroupsPerLoadBalancer: quota,
      /** Of one address family; a prefix list counts with its most entries. */
      rulesPerSecurityGroup: quota,
    })
    .exactOptional(),
  /** Most objects in one page of any list; 0: the service's own page size. */
  pageSize: z.int().min(0).exactOptional(),
  /** Factor for every wait that AWS imposes (default 0.01: 300 s become 3 s). */
  timeScale: z.number().min(0).exactOptional(),
  /** Seconds before scaling for which a new load balancer is `provisioning` (default 120). */
  provisioningSeconds: z.number().min(0).exactOptional(),
  /** Seconds before scaling for which a target group is in use after its last rule is gone (default 20). */
  targetGroupReleaseSeconds: z.number().min(0).exactOptional(),
  /** Seconds before scaling for which security groups stay in use after their load balancer is deleted (default 60). */
  securityGroupReleaseSeconds: z.number().min(0).exactOptional(),
  /** Seconds before scaling for which a newly registered target is `initial` (default 30). */
  initialHealthSeconds: z.number().min(0).exactOptional(),
  /** An internet-facing load balancer in a VPC without internet gateway is refused (default true). */
  requireInternetGateway: z.boolean().exactOptional(),
  /** Seconds that the data plane waits for a target's answer (default 10, not scaled). */
  targetTimeoutSeconds: z.number().exactOptional(),
  /**
   * The address of the clients of the data plane. Security groups then decide who gets through to listeners and targets;
   * empty (default): they are not looked at.
   */
  clientAddress: z.string().exactOptional(),
  /** Every call: answered with 503, or its connection reset; `no`: AWS is there. */
  unavailable: z.enum(['no', 'refuse', 'reset']).exactOptional(),
  /** Actions answered with AccessDenied or UnauthorizedOperation: `CreateRule`, `ec2:CreateTags`, `ec2:*`, `write:*`, `*`. */
  denied: z.array(z.string()).readonly().exactOptional(),
  /** Nothing is refused, and a create makes a second object of one name: for states that AWS itself would not let arise. */
  lax: z.boolean().exactOptional(),
})

export type EmulatorSettings = Readonly<z.output<typeof emulatorSettings>>

/** One counted call of a client. */
export const call = z.strictObject({
  /** From 0, since the last `resetCalls`. */
  index: z.int(),
  /** `elasticloadbalancing`, `ec2`, `acm`, `iam` or `sts`. */
  service: z.string(),
  action: z.string(),
  write: z.boolean(),
  /** Flattened as on the wire: `Tags.member.1.Key`. */
  parameters: z.record(z.string(), z.string()).readonly(),
  /** HTTP status of the answer; 0 while the call is being executed, or when it was cut without having been executed. */
  status: z.int(),
  errorCode: z.string().exactOptional(),
  /** The application id that the client put into its User-Agent (`AWS_SDK_UA_APP_ID`). */
  client: z.string().exactOptional(),
  /** The fault that hit the call. */
  fault: z.enum(['error-before', 'answer-lost', 'connection-lost', 'throttle', 'hold']).exactOptional(),
})

export type Call = Readonly<z.output<typeof call>>

/** A listener and the loopback port that answers for it. */
export const listenerPort = z.strictObject({
  loadBalancerArn: z.string(),
  loadBalancerName: z.string(),
  dnsName: z.string(),
  listenerArn: z.string(),
  protocol: z.string(),
  port: z.int(),
  loopbackPort: z.int(),
})

export type ListenerPort = Readonly<z.output<typeof listenerPort>>

/** Where the data plane finds a target on loopback. */
export const targetAddress = z.strictObject({ host: z.string(), port: z.int() })

export type TargetAddress = Readonly<z.output<typeof targetAddress>>

/** What befalls a certificate in ACM without a call: it is issued, its validation fails, time passes. */
export const certificateChange = z.strictObject({
  /** `ISSUED` gives a requested one a validity of 395 days, unless it is told. */
  status: z
    .enum(['PENDING_VALIDATION', 'ISSUED', 'INACTIVE', 'EXPIRED', 'VALIDATION_TIMED_OUT', 'REVOKED', 'FAILED'])
    .exactOptional(),
  /** ISO 8601. */
  notBefore: z.iso.datetime().exactOptional(),
  /** ISO 8601; in the past an issued certificate is EXPIRED. */
  notAfter: z.iso.datetime().exactOptional(),
  /** `RSA_8192`, say, which no listener takes. */
  keyAlgorithm: z.string().exactOptional(),
  failureReason: z.string().exactOptional(),
  renewalEligibility: z.enum(['ELIGIBLE', 'INELIGIBLE']).exactOptional(),
})

export type CertificateChange = Readonly<z.output<typeof certificateChange>>
