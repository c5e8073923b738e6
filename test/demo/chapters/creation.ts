import { difference } from '../observations.ts'
import { examples, ingress, namespace } from '../places.ts'
import type { Step } from '../step.ts'
import { promptSeconds } from './refusal.ts'
import { readIngress } from './ingress.ts'
import { untilReconciled } from './waits.ts'

const prefix = 'alb.ingress.kubernetes.io/'
const written = ['scheme', 'tags']

/** What the webhook writes into an Ingress that says no more than its scheme. */
const defaults: readonly (readonly [key: string, value: string])[] = [
  ['backend-protocol', 'HTTP'],
  ['backend-protocol-version', 'HTTP1'],
  ['healthcheck-interval-seconds', '15'],
  ['healthcheck-port', 'traffic-port'],
  ['healthcheck-timeout-seconds', '5'],
  ['healthy-threshold-count', '2'],
  ['ip-address-type', 'ipv4'],
  ['listen-ports', '[{"HTTP":80}]'],
  ['target-type', 'instance'],
  ['unhealthy-threshold-count', '2'],
]

/** Applies the example and waits for the load balancer, which the next step looks at. */
export const creation: Step = {
  title: 'The Ingress, and what the webhook fills in',
  async run(stage) {
    await stage.countCalls('First load balancer', async () => {
      const start = performance.now()
      const { code, stdout, stderr } = await stage.run('kubectl', 'apply', '-f', `${examples}/echoserver-ingress.yaml`)
      const created = 'ingress.networking.k8s.io/echoserver created\n'
      const seconds = (performance.now() - start) / 1000
      stage.observe(`told in less than ${promptSeconds} seconds`, seconds < promptSeconds, `${seconds.toFixed(1)} s`)
      stage.observe('created, without a warning', code === 0 && stdout === created && stderr === '', stderr)
      stage.say('The controller builds the load balancer.')
      await untilReconciled(stage)
    })
    stage.say('The API server holds more than the file: the webhook wrote down what is in force.')
    await stage.run('kubectl', 'get', 'ingress', '-n', namespace, ingress, '-o', 'yaml')
    const { metadata } = await readIngress(stage)
    const ours = Object.entries(metadata.annotations)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value] as const)
      .filter(([key]) => !written.includes(key))
    const wanted = JSON.stringify(defaults)
    stage.observe(
      'what the file leaves out has its default',
      JSON.stringify(ours) === wanted,
      difference(wanted, JSON.stringify(ours)),
    )
    const marked = (metadata.annotations['ingress.k8s.aws/defaulted'] ?? '')
      .split(',')
      .map((mark) => mark.split('=')[0])
    stage.observe(
      'the marker ingress.k8s.aws/defaulted names each of them, so that they stay live',
      marked.join() === defaults.map(([key]) => key).join(),
      marked.join(),
    )
  },
}
