import { difference } from '../observations.ts'
import { manifests, namespace, nodePorts } from '../places.ts'
import { answerTo, statusOf } from '../request.ts'
import type { Step } from '../step.ts'
import { eventsOfIngress, overHttps } from './ingress.ts'

const warning = 'Warning: type ClusterIP: Ingress echoserver/echoserver uses instance targets and loses all of them'
const event =
  'FailedBuildModel: Failed build model due to spec.rules[0].http.paths[1].backend.service.name: Invalid value: ' +
  '"reports": Service type is ClusterIP, but target-type is instance (default) and needs a node port; make the ' +
  'Service type: NodePort, or set alb.ingress.kubernetes.io/target-type: ip [ServiceWithoutNodePort]'

/** What the controller does about it comes to rest here, so that it is not counted with the deletion. */
export const serviceChange: Step = {
  title: 'A Service changes under its Ingress',
  async run(stage) {
    stage.say('A Service may change, whoever uses it; but whoever changes it should know.')
    const patch = '{"spec":{"type":"ClusterIP"}}'
    const { code, stderr } = await stage.run('kubectl', 'patch', 'service', '-n', namespace, 'reports', '-p', patch)
    const seen = stderr.trimEnd()
    stage.observe('changed, with exactly this warning', code === 0 && seen === warning, difference(warning, seen))
    stage.say('What kubectl apply would have refused is an event now, with the same text and code.')
    const told = await stage.waitFor('an event about the Ingress', async () =>
      (await eventsOfIngress(stage)).find((text) => text.startsWith('FailedBuildModel')),
    )
    await stage.run('kubectl', 'events', '-n', namespace, '--for', 'ingress/echoserver')
    stage.observe('the same text and code', told === event, difference(event, told))
    const first = await answerTo(await overHttps(stage))
    stage.observe('the other path goes on to answer', statusOf(first) === 200, first)
    stage.say('Put right again, as the text says:')
    await stage.run('kubectl', 'apply', '-f', `${manifests}/second-service.yaml`)
    const second = await stage.waitFor('an answer from the second path', async () => {
      const answer = await answerTo(await overHttps(stage, '/reports'))
      return statusOf(answer) === 200 ? answer : undefined
    })
    stage.observe('the second Service answers', second.includes(`:${nodePorts.reports}`), second)
    await stage.untilQuiet()
  },
}
