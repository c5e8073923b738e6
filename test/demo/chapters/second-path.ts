import { setTimeout as delay } from 'node:timers/promises'
import type { AwsState, ListenerState } from '../../aws/state.ts'
import { describeAws } from '../aws-view.ts'
import { actionList } from '../calls.ts'
import { host, manifests, nodePorts } from '../places.ts'
import { answerTo, statusOf } from '../request.ts'
import type { Stage, Step } from '../step.ts'
import { listenerUrl } from './ingress.ts'

const everyMilliseconds = 50

export const secondPath: Step = {
  title: 'A second path to a second Service',
  async run(stage) {
    const url = await listenerUrl(stage)
    const before = await stage.emulator.snapshot()
    const listenerBefore = listenerOf(before)
    await stage.serveAtNodePort(nodePorts.reports)
    await stage.run('kubectl', 'apply', '-f', `${manifests}/second-service.yaml`)
    stage.say(`While it changes, the first path is asked every ${everyMilliseconds} ms.`)
    const asking = askAllTheTime(url)
    const counted = await stage.countCalls('One path added', async () => {
      await stage.run('kubectl', 'apply', '-f', `${manifests}/second-path.yaml`)
      await stage.waitFor('an answer from the second path', async () => {
        const answer = await answerTo({ url: `${url}/reports`, host })
        return statusOf(answer) === 200 && answer.includes(`:${nodePorts.reports}`) ? answer : undefined
      })
    })
    const { asked, others } = await asking.end()
    stage.observe(`the first path answered 200 to each of ${asked} requests`, others.length === 0, others.join(', '))
    const after = await stage.emulator.snapshot()
    const listener = listenerOf(after)
    stage.say('New in AWS:')
    const linesBefore = new Set(describeAws(before))
    stage.show(describeAws(after).filter((line) => !linesBefore.has(line)))
    observeCreates(stage, counted)
    const kept = listenerBefore.rules.every(({ arn }) => listener.rules.some((rule) => rule.arn === arn))
    const same = listener.arn === listenerBefore.arn && kept && listener.rules.length === 2
    stage.observe('the rule of the first path is still the same object', same)
    const answered = await stage.request({ url: `${url}/reports/today`, host })
    const second = statusOf(answered.stdout) === 200 && answered.stdout.includes(`:${nodePorts.reports}`)
    stage.observe('the second Service answers', second, answered.stdout)
  },
}

function observeCreates(stage: Stage, counted: Parameters<typeof actionList>[0]): void {
  const created = [...counted.byAction].filter(([action]) => /^(Create|Delete)/.test(action))
  const seen = actionList({ byAction: new Map(created.toSorted(([left], [right]) => (left < right ? -1 : 1))) })
  const wanted = 'CreateRule 1, CreateTargetGroup 1'
  stage.observe('created were one rule and one target group, and nothing was deleted', seen === wanted, seen)
}

function listenerOf({ loadBalancers }: AwsState): ListenerState {
  const listener = loadBalancers[0]?.listeners[0]
  if (listener === undefined) throw new Error('there is no listener')
  return listener
}

/** Asks the first path again and again; `end` answers how often, and what was no 200. */
function askAllTheTime(url: string): {
  end(): Promise<{ readonly asked: number; readonly others: readonly string[] }>
} {
  const ending = new AbortController()
  let asked = 0
  const others: string[] = []
  const ask = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const answer = await answerTo({ url: `${url}/`, host }).catch((error: unknown) => String(error))
      asked += 1
      if (statusOf(answer) !== 200) others.push(answer.split('\n')[0] ?? '')
      await delay(everyMilliseconds)
    }
  }
  const asking = ask()
  return {
    async end() {
      ending.abort()
      await asking
      return { asked, others }
    },
  }
}
