import type { Fact } from '../facts.ts'
import type { SubnetProblem } from './problem.ts'

/** What is wrong with an internet-facing load balancer in a VPC without a way to the internet. */
export const gatewayProblems = (gateways: Fact<readonly string[]>, vpcId: string): readonly SubnetProblem[] => {
  switch (gateways.is) {
    case 'present':
      if (gateways.value.length > 0) return []
      return [
        {
          code: 'InternetGatewayMissing',
          kind: 'fault',
          needs: 'aws',
          value: '"internet-facing"',
          message: `${vpcId} has no internet gateway, which an internet-facing load balancer needs`,
          fix: 'attach an internet gateway to the VPC, or write scheme: internal',
        },
      ]
    case 'absent':
      return []
    case 'unknown':
      return [
        {
          code: 'NotChecked',
          kind: 'unchecked',
          needs: 'aws',
          message: `internet gateway of ${vpcId} not checked: ${gateways.why}`,
          warning: `subnets: internet gateway not checked: ${gateways.why}; the controller checks it again`,
        },
      ]
    default:
      return gateways satisfies never
  }
}
