import type { Finding } from '../../../shared/findings/finding.ts'

const object = { kind: 'Ingress', namespace: 'echoserver', name: 'echoserver' } as const

/** A fault about an annotation of ours, with what a test says of it. */
export const aboutAnnotation = (key: string, rest: Partial<Finding> & Pick<Finding, 'code' | 'message'>): Finding => ({
  kind: 'fault',
  member: 'echoserver/echoserver',
  origin: { source: 'ingress', object, key },
  path: `metadata.annotations[alb.ingress.kubernetes.io/${key}]`,
  anchor: key,
  needs: 'object',
  tenancy: false,
  ...rest,
})

/** A fault about a field of the spec. */
export const aboutSpec = (path: string, rest: Partial<Finding> & Pick<Finding, 'code' | 'message'>): Finding => ({
  kind: 'fault',
  member: 'echoserver/echoserver',
  origin: { source: 'spec', object, key: path },
  path,
  anchor: path,
  needs: 'object',
  tenancy: false,
  ...rest,
})
