import { host, nodePorts } from '../places.ts'
import { statusOf } from '../request.ts'
import type { Step } from '../step.ts'
import { listenerUrl } from './ingress.ts'

export const requests: Step = {
  title: 'A request through the load balancer',
  async run(stage) {
    stage.say(
      'No Pod runs here, so an echo server stands behind the node port of each node. A listener is a loopback port.',
    )
    await stage.serveAtNodePort(nodePorts.echoserver)
    const url = await listenerUrl(stage)
    const answered = await stage.request({ url: `${url}/`, host })
    stage.observe('the echo server answers', statusOf(answered.stdout) === 200, answered.stdout)
    const received = [`host=${host}`, 'x-forwarded-for=127.0.0.1', 'x-forwarded-port=80', 'x-forwarded-proto=http']
    const missing = received.filter((line) => !answered.stdout.split(/\r?\n/).includes(line))
    stage.observe('it received what a load balancer passes on', missing.length === 0, `missing: ${missing.join(', ')}`)
    const other = await stage.request({ url: `${url}/` })
    stage.observe('without the host of the rule the answer is 404', statusOf(other.stdout) === 404, other.stdout)
  },
}
