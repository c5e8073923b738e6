import { difference } from '../observations.ts'
import { examples, manifests } from '../places.ts'
import type { Step } from '../step.ts'

const notFound = [
  'error: resource mapping not found for name: "echoserver" namespace: "echoserver" from',
  `"${examples}/echoserver-ingress-2017.yaml": no matches for kind "Ingress" in version "extensions/v1beta1"`,
].join(' ')

export const year2017: Step = {
  title: 'The application, and its Ingress of 2017',
  async run(stage) {
    stage.say('An application as anyone has one. Its Service was written in haste: it has no type.')
    await stage.run('kubectl', 'apply', '-f', `${examples}/echoserver-namespace.yaml`)
    const files = ['-f', `${manifests}/service-without-node-port.yaml`, '-f', `${examples}/echoserver-deployment.yaml`]
    const application = await stage.run('kubectl', 'apply', ...files)
    stage.observe('the application is there', application.code === 0)
    stage.say('The Ingress of 2017 never reaches the webhook: Kubernetes knows its version no more.')
    const { code, stderr } = await stage.run('kubectl', 'apply', '-f', `${examples}/echoserver-ingress-2017.yaml`)
    const wanted = `${notFound}\nensure CRDs are installed first`
    stage.observe('kubectl says so', code === 1 && stderr.trimEnd() === wanted, difference(wanted, stderr.trimEnd()))
  },
}
