import { leftInAws } from '../clean-up.ts'
import { difference } from '../observations.ts'
import { host, namespace } from '../places.ts'
import type { Step } from '../step.ts'
import { listenerUrl } from './ingress.ts'

/** curl's exit status when the connection is refused. */
const connectionRefused = 7

export const deletion: Step = {
  title: 'Everything goes with its namespace',
  async run(stage) {
    const url = await listenerUrl(stage)
    await stage.countCalls('Ingress and namespace deleted', async () => {
      const { code, stdout } = await stage.run('kubectl', 'delete', 'namespace', namespace, '--timeout=2m')
      const wanted = `namespace "${namespace}" deleted`
      stage.observe('no finalizer holds it back', code === 0 && stdout.trimEnd() === wanted, stdout)
      await stage.waitFor('nothing of ours in AWS', async () =>
        (await leftInAws(stage)).length === 0 ? true : undefined,
      )
    })
    const now = JSON.stringify(await stage.emulator.snapshot())
    const before = JSON.stringify(stage.awsAtStart)
    stage.observe(
      'AWS is as it was before the first step, the nodes and their security group too',
      now === before,
      difference(before, now),
    )
    const { stdout, stderr } = await stage.run('kubectl', 'get', 'ingresses,targetgroupbindings', '-A')
    stage.observe('nothing is left in Kubernetes', stdout === '' && stderr.trimEnd() === 'No resources found', stdout)
    const { code } = await stage.request({ url: `${url}/`, host })
    stage.observe('the listener refuses the connection', code === connectionRefused, `curl ended with ${code}`)
  },
}
