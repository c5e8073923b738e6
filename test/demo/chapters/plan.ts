import { difference } from '../observations.ts'
import { examples, ingress, namespace } from '../places.ts'
import type { Stage, Step } from '../step.ts'
import { eventsOfIngress } from './ingress.ts'

const planned = [
  'Warning: plan: + load balancer k8s-echoserv-echoserv-HASH (internet-facing, ipv4, 3 subnets)',
  'Warning: plan: + 2 security groups, 1 rule on nodes, 1 listener (HTTP:80), 1 rule, 1 target group (instance, node port 31509)',
  'Warning: plan: defaults ip-address-type=ipv4, listen-ports=[{"HTTP":80}], target-type=instance and 7 more',
].join('\n')

export const plan: Step = {
  title: 'The plan, before anything exists',
  async run(stage) {
    const { writes } = await stage.countCalls('The plan', async () => {
      const { code, stdout, stderr } = await stage.run(
        'kubectl',
        'apply',
        '--dry-run=server',
        '-f',
        `${examples}/echoserver-ingress.yaml`,
      )
      const seen = withoutHashes(stderr.trimEnd())
      stage.observe('exactly this plan', code === 0 && seen === planned, difference(planned, seen))
      const created = `ingress.networking.k8s.io/${ingress} created (server dry run)`
      stage.observe('kubectl says what it would do', stdout.trimEnd() === created, stdout)
    })
    stage.observe('no write to AWS', writes === 0, `${writes} writes`)
    await nothingHappened(stage)
  },
}

/** Names as the walkthrough has them, with the hash that follows from the names of cluster and Ingress put aside. */
export function withoutHashes(text: string): string {
  return text.replaceAll(/-[0-9a-f]{10}(?![0-9a-f])/g, '-HASH')
}

/** The lines of a plan in what kubectl printed, without what all of them begin with. */
export function planLines(stderr: string): readonly string[] {
  return stderr.split('\n').flatMap((line) => /^Warning: (plan: .*)$/.exec(line)?.[1] ?? [])
}

/** No object, no event, and AWS as it was. */
export async function nothingHappened(stage: Stage): Promise<void> {
  const { stdout } = await stage.kubectl('get', 'ingress', '-n', namespace, '-o', 'name')
  const events = await eventsOfIngress(stage)
  const found = `${stdout}${events.join('\n')}`
  stage.observe('there is no Ingress, and no event of one', found === '', found)
  const now = await stage.emulator.snapshot()
  stage.observe('AWS is as it was', JSON.stringify(now) === JSON.stringify(stage.awsAtStart))
}
