import { importCertificate } from '../../aws/fixture-certificates.ts'
import { describeAws } from '../aws-view.ts'
import { difference } from '../observations.ts'
import { host, ingress, namespace } from '../places.ts'
import { statusOf } from '../request.ts'
import type { Stage, Step } from '../step.ts'
import { everyMilliseconds, whileAsking } from './asking.ts'
import { planLines } from './plan.ts'
import { listenerUrl, overHttps, readIngress, waysIn } from './ingress.ts'

const prefix = 'alb.ingress.kubernetes.io/'
const defaultPolicy = 'ELBSecurityPolicy-2016-08'
const warnings = [
  'Warning: listen-ports: listener HTTP:80 and its 1 rule will be removed',
  'Warning: listen-ports: default changes from [{"HTTP":80}] to [{"HTTPS":443}]',
].join('\n')
const annotated = `ingress.networking.k8s.io/${ingress} annotated`

export const certificate: Step = {
  title: 'With a certificate, HTTPS in place of HTTP',
  async run(stage) {
    stage.say(`A certificate for ${host} is imported into ACM, and the Ingress told to use it.`)
    const arn = await importCertificate(stage.emulator, { names: [host] })
    stage.say(
      `While it changes, the first path is asked every ${everyMilliseconds} ms, by HTTP and where that fails by HTTPS.`,
    )
    const asked = await whileAsking(
      () => waysIn(stage),
      () =>
        stage.countCalls('A certificate, and HTTPS for HTTP', async () => {
          const { code, stderr } = await annotate(stage, [`certificate-arn=${arn}`])
          const seen = stderr.trimEnd()
          const isTold = code === 0 && seen === warnings
          stage.observe('done, with exactly these warnings', isTold, difference(warnings, seen))
          await untilListening(stage, 'HTTPS:443')
        }),
    )
    const { times, others } = asked
    stage.observe(`one of the two answered 200 at each of ${times} moments`, others.length === 0, others.join(', '))
    await observeDefaults(stage)
    stage.show(describeAws(await stage.emulator.snapshot()).filter((line) => /^ +(listener|certificate) /.test(line)))
    const { stdout } = await stage.request(await overHttps(stage))
    const isSecure = statusOf(stdout) === 200 && stdout.includes('x-forwarded-proto=https')
    stage.observe('the echo server answers over HTTPS, and curl trusts the certificate', isSecure, stdout)
  },
}

export const redirect: Step = {
  title: 'HTTP redirects to HTTPS',
  async run(stage) {
    const values = ['listen-ports=[{"HTTP":80},{"HTTPS":443}]', 'ssl-redirect=443']
    const planned = await annotate(stage, values, '--dry-run=server')
    const lines = planLines(planned.stderr).join('; ')
    const wanted = 'plan: + 1 listener (HTTP:80), 1 inbound rule'
    stage.observe('the plan adds a listener, and deletes nothing', lines === wanted, difference(wanted, lines))
    const { byAction } = await stage.countCalls('HTTP again, as a redirect', async () => {
      const { code, stdout, stderr } = await annotate(stage, values)
      const isDone = code === 0 && stdout.trimEnd() === annotated && stderr === ''
      stage.observe('done, without a warning', isDone, `${stdout}${stderr}`)
      await untilListening(stage, 'HTTP:80,HTTPS:443')
    })
    const deleted = [...byAction.keys()].filter((action) => /^(Delete|Remove|Revoke)/.test(action))
    stage.observe('nothing was taken away', deleted.length === 0, deleted.join(', '))
    const marked = await markedDefaults(stage)
    stage.observe('listen-ports is a default no more', !marked.includes('listen-ports'), marked.join(', '))
    const { stdout } = await stage.request({ url: `${await listenerUrl(stage)}/reports?page=2`, host })
    const location = /^location: (.*?)\r?$/im.exec(stdout)?.[1]
    const same = `https://${host}:443/reports?page=2`
    stage.observe('HTTP answers 301, to the same place', statusOf(stdout) === 301 && location === same, stdout)
    const secure = await stage.request(await overHttps(stage))
    stage.observe('HTTPS answers as before', statusOf(secure.stdout) === 200, secure.stdout)
  },
}

function annotate(stage: Stage, values: readonly string[], ...args: readonly string[]) {
  const keys = values.map((value) => `${prefix}${value}`)
  return stage.run('kubectl', 'annotate', '--overwrite', ...args, 'ingress', '-n', namespace, ingress, ...keys)
}

/** Until AWS has these listeners and no others, and no more is done. */
async function untilListening(stage: Stage, wanted: string): Promise<void> {
  await stage.waitFor(`the listeners ${wanted}`, async () => {
    const seen = (await stage.emulator.listeners()).map(({ protocol, port }) => `${protocol}:${port}`).toSorted()
    return seen.join() === wanted ? seen : undefined
  })
  await stage.untilQuiet()
}

async function observeDefaults(stage: Stage): Promise<void> {
  const { metadata } = await readIngress(stage)
  const seen = ['listen-ports', 'ssl-policy'].map((key) => `${key}: ${metadata.annotations[prefix + key]}`)
  const wanted = `listen-ports: [{"HTTPS":443}], ssl-policy: ${defaultPolicy}`
  const text = seen.join(', ')
  stage.show(seen)
  stage.observe('the Ingress shows the new listen-ports and an ssl-policy', text === wanted, difference(wanted, text))
  const marked = await markedDefaults(stage)
  const areBoth = ['listen-ports', 'ssl-policy'].every((key) => marked.includes(key))
  stage.observe('both are defaults, so that they stay live', areBoth, marked.join(', '))
}

async function markedDefaults(stage: Stage): Promise<readonly string[]> {
  const { metadata } = await readIngress(stage)
  return (metadata.annotations['ingress.k8s.aws/defaulted'] ?? '').split(',').map((mark) => mark.split('=')[0] ?? '')
}
