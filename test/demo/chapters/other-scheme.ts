import { difference } from '../observations.ts'
import { ingress, namespace } from '../places.ts'
import { answerTo, statusOf } from '../request.ts'
import type { Stage, Step } from '../step.ts'
import { everyMilliseconds, whileAsking } from './asking.ts'
import { eventsOfIngress, overHttps, readIngress } from './ingress.ts'

const annotation = 'alb.ingress.kubernetes.io/scheme=internal'

export const otherScheme: Step = {
  title: 'Another scheme is another load balancer',
  async run(stage) {
    if (stage.processes === undefined) return stage.say('Left out with --keep, where the old one stays ten minutes.')
    const address = await addressOf(stage)
    const before = await overHttps(stage)
    const [old] = await named(stage)
    const asked = await whileAsking(
      () => Promise.resolve([before]),
      async () => {
        const { stderr } = await stage.run(
          'kubectl',
          'annotate',
          'ingress',
          '-n',
          namespace,
          ingress,
          '--overwrite',
          annotation,
        )
        const wanted = `Warning: scheme: new load balancer and DNS name; ${old} serves until it is healthy, then 10m`
        const [warning = ''] = stderr.split('\n')
        stage.observe('exactly this warning', warning === wanted, difference(wanted, warning))
        stage.say(`The new one is built beside it, while the old one is asked every ${everyMilliseconds} ms.`)
        await stage.waitFor('another address', async () => ((await addressOf(stage)) === address ? undefined : true))
        const both = await named(stage)
        stage.observe('both are there when the address moves', both.length === 2, both.join(', '))
      },
    )
    await stage.run('kubectl', 'events', '-n', namespace, '--for', `ingress/${ingress}`)
    const reasons = (await eventsOfIngress(stage)).map((text) => text.split(':')[0] ?? '')
    const isTold = ['ReplacingLoadBalancer', 'SwitchedLoadBalancer'].every((reason) => reasons.includes(reason))
    stage.observe('both moments are events', isTold, reasons.join(', '))
    stage.observe(
      `the old one answered 200 to each of ${asked.times} requests`,
      asked.others.length === 0,
      asked.others.join(),
    )
    stage.say(
      'The old one goes when nobody can know its address any more: here after 3 seconds in place of 10 minutes.',
    )
    const left = await stage.waitFor('one load balancer', async () => {
      const names = await named(stage)
      return names.length === 1 ? names : undefined
    })
    stage.observe('the old one is gone', !left.includes(old ?? ''), left.join(', '))
    const answer = await answerTo(await overHttps(stage))
    stage.observe('the new one answers', statusOf(answer) === 200, answer)
    await stage.untilQuiet()
  },
}

async function addressOf(stage: Stage): Promise<string | undefined> {
  return (await readIngress(stage)).status.loadBalancer.ingress[0]?.hostname
}

/** Names of the load balancers of the story. */
async function named({ emulator }: Stage): Promise<readonly string[]> {
  return (await emulator.snapshot()).loadBalancers
    .map(({ name }) => name)
    .filter((name) => name.startsWith('k8s-echoserv-'))
}
