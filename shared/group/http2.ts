import { loadBalancerAttributes } from '../features/attributes/load-balancer.ts'
import type { Finding } from '../findings/finding.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'
import { onSetting } from './on-setting.ts'

const attribute = 'routing.http2.enabled'

/** Clients of gRPC speak HTTP/2, so a load balancer without it serves none of them. */
export const http2Findings = ({ ingress }: Member, { contribution, values }: Assessment): readonly Finding[] =>
  contribution?.group.attributes?.[attribute] === 'false' &&
  contribution.backends.some(({ protocolVersion }) => protocolVersion === 'GRPC')
    ? [
        onSetting(ingress, values, loadBalancerAttributes, {
          code: 'AttributeUnusual',
          kind: 'notice',
          message: `${attribute}=false: clients of gRPC need HTTP/2`,
          needs: 'cluster',
        }),
      ]
    : []
