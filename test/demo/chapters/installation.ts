import type { Step } from '../step.ts'
import { readLog } from './controller-log.ts'

/** What a start tells, in this order. */
const start = ['settings', 'credentials', 'class', 'caches synced', 'became leader', 'found load balancers']
const installed = [
  'customresourcedefinition',
  'clusterrole',
  'ingressclass.networking.k8s.io/alb',
  'mutatingwebhookconfiguration',
  'validatingwebhookconfiguration',
  'deployment.apps/webhook',
  'deployment.apps/controller',
]

export const installation: Step = {
  title: 'What is installed, and how the controller started',
  async run(stage) {
    for (const args of [['--dry-run=server'], []]) {
      const { code, stdout } = await stage.run('kubectl', 'apply', ...args, '-k', stage.manifests)
      const lines = stdout.trimEnd().split('\n')
      const wanted = args.length === 0 ? ' unchanged' : ' unchanged (server dry run)'
      const others = lines.filter((line) => !line.endsWith(wanted))
      stage.observe('nothing changes', code === 0 && others.length === 0, others.join('\n'))
      const missing = installed.filter((kind) => !lines.some((line) => line.startsWith(kind)))
      stage.observe('all of it is there', missing.length === 0, `missing: ${missing.join(', ')}`)
    }
    stage.say('The log of the controller, a JSON object a line:')
    const lines = await stage.waitFor('the first listing of AWS', async () => {
      const read = await readLog(stage.controllerLog)
      return read.some(({ msg }) => msg === start.at(-1)) ? read.slice(0, start.length) : undefined
    })
    stage.show(lines.map((line) => JSON.stringify(line).slice(0, 150)))
    const seen = lines.map(({ msg }) => msg).join(', ')
    stage.observe('its steps are in order', seen === start.join(', '), seen)
    stage.observe('it found no load balancers', lines.at(-1)?.['count'] === 0, JSON.stringify(lines.at(-1)))
  },
}
