import { importCertificate } from '../../aws/fixture-certificates.ts'
import { difference } from '../observations.ts'
import { host, ingress, manifests, namespace } from '../places.ts'
import type { Step } from '../step.ts'
import { showDifference } from './refusal.ts'

const dayMilliseconds = 86_400_000
const foreign = 'Warning: 2 alb.ingress.kubernetes.io keys have no effect: class nginx is not an ALB class'

/** How warnings name a certificate. */
const short = (arn: string): string => `...${arn.slice(-8)}`

export const admittedWithWarnings: Step = {
  title: 'What need not be refused is a warning',
  async run(stage) {
    stage.say('Of two certificates one ends in 12 days, and of the other ACM says nothing.')
    const notAfter = new Date(Date.now() + 12 * dayMilliseconds - 60_000)
    const expiring = await importCertificate(stage.emulator, { names: [host], notAfter })
    const expires = `Warning: certificate-arn: ${short(expiring)} expires in 12 days and cannot be renewed automatically`
    const key = `alb.ingress.kubernetes.io/certificate-arn=${expiring}`
    const annotate = ['annotate', '--overwrite', '--dry-run=server', 'ingress', '-n', namespace, ingress, key]
    const first = await stage.run('kubectl', ...annotate)
    stage.observe('the end of a certificate is told', first.stderr.split('\n').includes(expires), first.stderr)

    const file = `${manifests}/admitted-with-warnings.yaml`
    await showDifference(stage, file)
    await stage.emulator.fault({ kind: 'hold', action: 'acm:*', times: 'forever' })
    const silent = await importCertificate(stage.emulator, { names: [host] })
    const words = { EXPIRING_VALUE: expiring, SILENT_VALUE: silent }
    const { code, stdout, stderr } = await stage.applyFilled(file, words, '--dry-run=server')
    await stage.emulator.clearFaults()
    const wanted = [
      'Warning: backend web:80: Service "web" does not exist yet; its path answers 503 until it does',
      `Warning: certificate-arn: ${short(silent)} not checked: ACM gave no answer in 1.5 s; the controller checks it again`,
      expires,
      'Warning: rule 2 (/admin) can never match: rule 1 (/*) comes first',
      'Warning: sheme: unknown key, ignored; did you mean scheme?',
      'Warning: successCodes: old spelling, read as success-codes',
    ].join('\n')
    const told = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('Warning: plan: '))
      .join('\n')
    stage.observe('exactly these warnings, most important first', told === wanted, difference(wanted, told))
    const configured = `ingress.networking.k8s.io/${ingress} configured (server dry run)`
    stage.observe('and it is admitted', code === 0 && stdout.trimEnd() === configured, stdout)
  },
}

export const otherClass: Step = {
  title: 'An Ingress of another controller',
  async run(stage) {
    const { code, stdout, stderr } = await stage.run('kubectl', 'apply', '-f', `${manifests}/other-class.yaml`)
    const isCreated = code === 0 && stdout.trimEnd().endsWith('ingress.networking.k8s.io/other created')
    stage.observe('created, with exactly this warning', isCreated && stderr.trimEnd() === foreign, stderr)
  },
}
