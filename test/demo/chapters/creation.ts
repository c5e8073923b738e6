import { difference } from '../observations.ts'
import { examples, ingress, namespace } from '../places.ts'
import type { Step } from '../step.ts'
import { readIngress } from './ingress.ts'

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

/** Applies the example; the load balancer is the next step's. */
export const creation: Step = {
  title: 'The Ingress, and what the webhook fills in',
  async run(stage) {
    const { code, stdout, stderr } = await stage.run('kubectl', 'apply', '-f', `${examples}/echoserver-ingress.yaml`)
    const created = 'ingress.networking.k8s.io/echoserver created\n'
    stage.observe('created, without a warning', code === 0 && stdout === created && stderr === '', stderr)
    const { metadata } = await readIngress(stage)
    const ours = Object.entries(metadata.annotations)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value] as const)
      .filter(([key]) => !written.includes(key))
    stage.say(
      `kubectl get ingress -n ${namespace} ${ingress} -o yaml shows what is in force; left out in the file were`,
    )
    stage.show(ours.map(([key, value]) => `${prefix}${key}: ${value}`))
    const wanted = JSON.stringify(defaults)
    stage.observe('these are the defaults', JSON.stringify(ours) === wanted, difference(wanted, JSON.stringify(ours)))
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
