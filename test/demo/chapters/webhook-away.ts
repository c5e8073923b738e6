import { difference } from '../observations.ts'
import { examples, manifests, namespace } from '../places.ts'
import type { Stage, Step } from '../step.ts'

const prefix = 'alb.ingress.kubernetes.io/'
const before = 'Warning: already wrong before this change: '
const wrongScheme = `${before}scheme: supported values: "internal", "internet-facing"`
const wrongPath = `${before}healthcheck-path: must start with /`
const scheme =
  `metadata.annotations[${prefix}scheme]: Unsupported value: "public": supported values: "internal", ` +
  '"internet-facing"; did you mean "internet-facing"? [SchemeUnknown]'
const stillWrong =
  `The Ingress "old" is invalid: metadata.annotations[${prefix}scheme]: Unsupported value: "external-facing": ` +
  'supported values: "internal", "internet-facing" [SchemeUnknown]'

export const webhookAway: Step = {
  title: 'While no webhook answers',
  async run(stage) {
    const { processes } = stage
    if (processes === undefined) return stage.say('Left out with --keep, since it stops the webhook.')
    stage.say('All webhooks are stopped. What is not ours is not held up:')
    await processes.stopWebhook()
    for (const args of [
      ['label', 'ingress', '-n', namespace, 'other', 'team=a'],
      ['delete', 'ingress', '-n', namespace, 'other'],
      ['apply', '-f', `${manifests}/other-class.yaml`],
      ['annotate', '-f', `${examples}/echoserver-service.yaml`, 'example.com/touched=yes'],
      ['apply', '-f', `${manifests}/pod.yaml`],
      ['delete', '-f', `${manifests}/pod.yaml`, '--force', '--grace-period=0'],
    ]) {
      const { code, stderr } = await stage.run('kubectl', ...args)
      stage.observe('done', code === 0, stderr)
    }
    const wrong = `${manifests}/wrong-since-long.yaml`
    const held = await stage.run('kubectl', 'apply', '-f', wrong)
    const says = held.stderr.includes('failed calling webhook "validate.ingress.k8s.aws": failed to call webhook:')
    stage.observe('an Ingress of ours is, and kubectl says why', held.code === 1 && says, held.stderr)

    stage.say('Who would rather let everything in can say so; the controller judges all the same.')
    await setPolicy(stage, 'Ignore')
    await stage.waitFor('the API server to take the policy', async () =>
      (await stage.kubectl('apply', '--dry-run=server', '-f', wrong)).code === 0 ? true : undefined,
    )
    const admitted = await stage.run('kubectl', 'apply', '-f', wrong)
    stage.observe(
      'admitted, with faults and without a warning',
      admitted.code === 0 && admitted.stderr === '',
      admitted.stderr,
    )
    const told = await stage.waitFor('an event about it', async () => {
      const { stdout } = await stage.kubectl('events', '-n', namespace, '--for', 'ingress/old')
      return stdout.includes('FailedBuildModel') ? stdout : undefined
    })
    await stage.run('kubectl', 'events', '-n', namespace, '--for', 'ingress/old')
    const text = `Failed build model due to ${scheme}`
    stage.observe('the event has the text and code of the refusal', told.includes(text), difference(text, told))
    await setPolicy(stage, 'Fail')
    await processes.startWebhook()
  },
}

export const wrongSinceLong: Step = {
  title: 'An Ingress that was wrong before',
  async run(stage) {
    if (stage.processes === undefined) return stage.say('Left out with --keep, as there is no such Ingress.')
    stage.say('It can be relabelled and repaired one key at a time.')
    const labelled = await change(stage, 'label', 'team=a')
    stage.observe('a label changes without a word', labelled.code === 0 && labelled.stderr === '', labelled.stderr)
    const edited = await change(stage, 'annotate', `${prefix}tags=Environment=test`)
    const both = `${wrongScheme}\n${wrongPath}`
    const isTold = edited.code === 0 && edited.stderr.trimEnd() === both
    stage.observe('another key changes, and what is wrong is told', isTold, difference(both, edited.stderr.trimEnd()))
    const denied = await change(stage, 'annotate', `${prefix}scheme=external-facing`)
    const wanted = `${wrongPath}\n${stillWrong}`
    const isDenied = denied.code === 1 && denied.stderr.trimEnd() === wanted
    stage.observe('a wrong value cannot become another', isDenied, difference(wanted, denied.stderr.trimEnd()))
    const patch = ['patch', 'ingress', '-n', namespace, 'old', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']
    const freed = await stage.run('kubectl', ...patch)
    stage.observe('a finalizer is removed without a word', freed.code === 0 && freed.stderr === '', freed.stderr)
    const gone = await stage.run('kubectl', 'delete', 'ingress', '-n', namespace, 'old', '--timeout=30s')
    stage.observe('and it can be deleted', gone.code === 0, gone.stderr)
  },
}

function change(stage: Stage, verb: 'label' | 'annotate', value: string) {
  return stage.run('kubectl', verb, '--overwrite', 'ingress', '-n', namespace, 'old', value)
}

async function setPolicy(stage: Stage, policy: 'Fail' | 'Ignore'): Promise<void> {
  const changes = JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: policy }])
  const patch = ['patch', 'validatingwebhookconfiguration', 'alb-ingress', '--type=json', '-p', changes]
  const { code, stderr } = await stage.run('kubectl', ...patch)
  if (code !== 0) throw new Error(`the policy was not taken: ${stderr}`)
}
