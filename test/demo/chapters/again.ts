import { examples, ingress, namespace } from '../places.ts'
import type { Step } from '../step.ts'

const times = 10

export const again: Step = {
  title: 'Ten times the same',
  async run(stage) {
    const version = async (): Promise<string> => {
      const args = ['-n', namespace, '-o', 'jsonpath={.metadata.resourceVersion}']
      return (await stage.kubectl('get', 'ingress', ingress, ...args)).stdout
    }
    await stage.untilQuiet()
    const before = await version()
    const file = `${examples}/echoserver-ingress.yaml`
    const { processes } = stage
    stage.say(
      processes === undefined
        ? `The same manifest, ${times} times:`
        : `The same manifest, ${times} times, and before each both processes are stopped and started again:`,
    )
    const { writes } = await stage.countCalls(`${times} repetitions`, async () => {
      const others: string[] = []
      for (let round = 1; round <= times; round += 1) {
        await processes?.restart()
        const args = ['apply', '-f', file]
        const { stdout, stderr } = await (round === 1 ? stage.run('kubectl', ...args) : stage.kubectl(...args))
        if (stdout !== `ingress.networking.k8s.io/${ingress} unchanged\n`) others.push(`${stdout}${stderr}`)
      }
      stage.observe('kubectl says unchanged each time', others.length === 0, others.join('\n'))
    })
    stage.observe('no write to AWS', writes === 0, `${writes} writes`)
    const after = await version()
    stage.observe('and none to the Ingress', before === after, `${before}, then ${after}`)
  },
}
