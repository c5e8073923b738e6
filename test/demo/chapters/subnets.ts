import { examples } from '../places.ts'
import type { Step } from '../step.ts'

/** Ids of AWS, and the Availability Zone that a subnet is in. */
const masked = (text: string): string => text.replaceAll(/(vpc|subnet)-[0-9a-f]{8,}/g, '$1-ID')

const told = (vpc: string): readonly string[] => [
  'The Ingress "echoserver" is invalid: metadata.annotations[alb.ingress.kubernetes.io/subnets]: Required value: ' +
    `no usable subnets for an internet-facing load balancer in ${masked(vpc)}: 1 zone found, 2 needed; ` +
    'tag a subnet of another zone kubernetes.io/role/elb=1 [SubnetsNotFound]',
  '  subnet-ID ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)',
  '  subnet-ID ap-northeast-1a  not chosen: subnet-ID in the same zone has the smaller id',
  '  subnet-ID ap-northeast-1c  rejected: 3 free addresses, 8 needed',
  '  subnet-ID ap-northeast-1d  rejected: tagged for cluster "stage" only',
]

export const subnetsNotFound: Step = {
  title: 'Subnets that cannot be found are told one by one',
  async run(stage) {
    const { processes } = stage
    if (processes === undefined) return stage.say('Left out with --keep, since it needs another webhook.')
    stage.say('A webhook for a cluster in another VPC, of which four subnets are tagged, and one zone is usable:')
    await processes.stopWebhook()
    await processes.startWebhook([`--aws-vpc-id=${processes.narrowVpcId}`])
    const { code, stderr } = await stage.run('kubectl', 'apply', '-f', `${examples}/echoserver-ingress.yaml`)
    const wanted = told(processes.narrowVpcId).toSorted().join('\n')
    const seen = masked(stderr.trimEnd()).split('\n').toSorted().join('\n')
    stage.observe('refused, with the verdict on each subnet', code === 1 && seen === wanted, stderr)
    await processes.stopWebhook()
    await processes.startWebhook()
  },
}
