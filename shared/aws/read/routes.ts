import type { RouteTable } from '@aws-sdk/client-ec2'
import type { VpcRoutes } from '../../ingress/facts.ts'

/** The route tables of one VPC as EC2 answers them (EC2 API, `RouteTable`). */
export const readRoutes = (answer: readonly RouteTable[]): VpcRoutes => ({
  mainIsPublic: answer.some(
    (table) => (table.Associations ?? []).some(({ Main }) => Main === true) && leadsToInternet(table),
  ),
  subnets: Object.fromEntries(
    answer.flatMap((table) =>
      (table.Associations ?? []).flatMap(({ SubnetId }) =>
        SubnetId === undefined ? [] : [[SubnetId, leadsToInternet(table)] as const],
      ),
    ),
  ),
})

const leadsToInternet = ({ Routes }: RouteTable): boolean =>
  (Routes ?? []).some(({ GatewayId }) => GatewayId?.startsWith('igw') === true)
