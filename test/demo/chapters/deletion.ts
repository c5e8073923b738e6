import { isOurs } from '../aws-view.ts'
import { leftInAws } from '../clean-up.ts'
import { difference } from '../observations.ts'
import { bystander, host, manifests, namespace } from '../places.ts'
import type { Stage, Step } from '../step.ts'
import { listenerUrl } from './ingress.ts'

/** curl's exit status when the connection is refused. */
const connectionRefused = 7
const stackTag = 'ingress.k8s.aws/stack'

export const deletion: Step = {
  title: 'Everything goes with its namespace',
  async run(stage) {
    const url = await listenerUrl(stage)
    stage.say('Somebody else has a load balancer too.')
    await stage.run('kubectl', 'apply', '-f', `${manifests}/bystander.yaml`)
    await stage.waitFor('its address', async () => {
      const { stdout } = await stage.kubectl('get', 'ingress', '-n', bystander, '-o', 'jsonpath={.items[*].status}')
      return stdout.includes('hostname') ? stdout : undefined
    })
    await stage.untilQuiet()
    const others = await ofBystander(stage)
    const objects = await objectsOfBystander(stage)
    await stage.countCalls('Ingress and namespace deleted', async () => {
      const { code, stdout } = await stage.run('kubectl', 'delete', 'namespace', namespace, '--timeout=2m')
      const wanted = `namespace "${namespace}" deleted`
      stage.observe('no finalizer holds it back', code === 0 && stdout.trimEnd() === wanted, stdout)
    })
    const left = (await leftInAws(stage)).filter((name) => name.startsWith('k8s-echoserv-'))
    stage.observe('nothing of it is left in AWS', left.length === 0, left.join(', '))
    const [now, objectsNow] = [await ofBystander(stage), await objectsOfBystander(stage)]
    stage.observe('what belongs to the other is the same to the byte', now === others, difference(others, now))
    stage.observe('its objects too', objectsNow === objects, difference(objects, objectsNow))
    const { code } = await stage.request({ url: `${url}/`, host })
    stage.observe('the listener refuses the connection', code === connectionRefused, `curl ended with ${code}`)
    await lastOne(stage)
  },
}

async function lastOne(stage: Stage): Promise<void> {
  stage.say('The last one goes:')
  await stage.run('kubectl', 'delete', 'namespace', bystander, '--timeout=2m')
  const now = JSON.stringify(await stage.emulator.snapshot())
  const before = JSON.stringify(stage.awsAtStart)
  stage.observe(
    'AWS is as it was before the first step, the nodes and their security group too',
    now === before,
    difference(before, now),
  )
  const { stdout, stderr } = await stage.run('kubectl', 'get', 'ingresses,targetgroupbindings', '-A')
  stage.observe('nothing is left in Kubernetes', stdout === '' && stderr.trimEnd() === 'No resources found', stdout)
}

/** What carries the tag of the other's Ingress, and the backend group that all share. */
async function ofBystander({ emulator }: Stage): Promise<string> {
  const { loadBalancers, targetGroups, securityGroups } = await emulator.snapshot()
  return JSON.stringify(
    [...loadBalancers, ...targetGroups, ...securityGroups].filter(
      ({ tags }) => isOurs(tags) && (tags[stackTag] ?? `${bystander}/`).startsWith(`${bystander}/`),
    ),
  )
}

async function objectsOfBystander(stage: Stage): Promise<string> {
  return (await stage.kubectl('get', 'ingresses,services,targetgroupbindings', '-n', bystander, '-o', 'yaml')).stdout
}
