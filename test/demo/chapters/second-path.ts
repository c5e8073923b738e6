import type { AwsState, ListenerState } from '../../aws/state.ts'
import { describeAws } from '../aws-view.ts'
import { actionList, type CountedCalls } from '../calls.ts'
import { difference } from '../observations.ts'
import { manifests, nodePorts } from '../places.ts'
import { answerTo, statusOf } from '../request.ts'
import type { Stage, Step } from '../step.ts'
import { everyMilliseconds, whileAsking } from './asking.ts'
import { overHttps } from './ingress.ts'
import { planLines } from './plan.ts'

const plannedLines =
  'plan: + 1 rule, 1 target group (instance, node port 31510); plan: ~ 1 rule on nodes, 1 rule priority, 1 set of tags'

export const secondPath: Step = {
  title: 'A second path to a second Service',
  async run(stage) {
    const first = await overHttps(stage)
    const before = await stage.emulator.snapshot()
    await stage.serveAtNodePort(nodePorts.reports)
    await stage.run('kubectl', 'apply', '-f', `${manifests}/second-service.yaml`)
    const planned = await stage.run('kubectl', 'apply', '--dry-run=server', '-f', `${manifests}/second-path.yaml`)
    const lines = planLines(planned.stderr).join('; ')
    stage.observe('the plan is what is made below', lines === plannedLines, difference(plannedLines, lines))
    stage.say(`While it changes, the first path is asked every ${everyMilliseconds} ms.`)
    const asked = await whileAsking(
      () => Promise.resolve([first]),
      () => stage.countCalls('One path added', () => addPath(stage)),
    )
    stage.say('New in AWS:')
    const after = await stage.emulator.snapshot()
    const linesBefore = new Set(describeAws(before))
    stage.show(describeAws(after).filter((line) => !linesBefore.has(line)))
    observeCreates(stage, asked.result)
    observeFirstRule(stage, listenerOf(before), listenerOf(after))
    const { times, others } = asked
    stage.observe(`the first path answered 200 to each of ${times} requests`, others.length === 0, others.join(', '))
    const { stdout } = await stage.request(await overHttps(stage, '/reports/today'))
    stage.observe('the second Service answers', isSecondService(stdout), stdout)
  },
}

async function addPath(stage: Stage): Promise<void> {
  await stage.run('kubectl', 'apply', '-f', `${manifests}/second-path.yaml`)
  await stage.waitFor('an answer from the second path', async () => {
    const answer = await answerTo(await overHttps(stage, '/reports'))
    return isSecondService(answer) ? answer : undefined
  })
}

/** The header `x-rule` tells the target that answered. */
function isSecondService(answer: string): boolean {
  return statusOf(answer) === 200 && answer.includes(`:${nodePorts.reports}`)
}

function observeCreates(stage: Stage, { byAction }: CountedCalls): void {
  const created = [...byAction].filter(([action]) => /^(Create|Delete)/.test(action))
  const seen = actionList({ byAction: new Map(created.toSorted(([left], [right]) => (left < right ? -1 : 1))) })
  const wanted = 'CreateRule 1, CreateTargetGroup 1'
  stage.observe('created were one rule and one target group, and nothing was deleted', seen === wanted, seen)
}

function observeFirstRule(stage: Stage, before: ListenerState, after: ListenerState): void {
  const kept = before.rules.every(({ arn }) => after.rules.some((rule) => rule.arn === arn))
  const same = before.arn === after.arn && kept && after.rules.length === 2
  stage.observe('the rule of the first path is still the same object', same)
}

function listenerOf({ loadBalancers }: AwsState): ListenerState {
  const listener = loadBalancers[0]?.listeners.find(({ port }) => port === 443)
  if (listener === undefined) throw new Error('there is no HTTPS listener')
  return listener
}
