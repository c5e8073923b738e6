import t from 'tap'
import { countGroups } from '../bench/groups.ts'
import { ship } from '../bench/processes.ts'
import { stackFor } from './support/stack.ts'

const stack = await stackFor(t, { webhook: false, controller: false })
await stack.registerWebhooks()
const shipped = await ship(stack)

await t.test('a restart asks AWS what serves all groups, and writes nothing', async (t) => {
  const groups = 6
  const { figures, pair } = await countGroups(stack, shipped, groups, (line) => t.comment(line), 100)
  const { made, restart, resident } = figures
  const { controller, webhook } = made.byProcess
  t.equal(controller['CreateLoadBalancer'], groups)
  t.ok((webhook['DescribeCertificate'] ?? 0) > 0, 'the calls of the webhook are told from those of the controller')
  t.equal(restart.writes, 0)
  // Eight for all groups, two for their tags, at most four for their certificates; with a hundred groups eight more for tags.
  t.ok(restart.calls <= 14, `${restart.calls} calls of a restart (${JSON.stringify(restart.byProcess)})`)
  t.ok(resident.controller > 50 && resident.webhook > 50)
  await Promise.all([pair.webhook.stop(), pair.controller.stop()])
})
