import t from 'tap'
import { controllerPolicy, webhookPolicy } from '../../../manifests/render/iam/policies.ts'
import { actionsOf } from '../../../manifests/render/iam/statement.ts'
import { callsInCode } from './calls.ts'

/** AWS STS API reference: no permission is needed to ask who one is. */
const withoutPermission = 'sts:GetCallerIdentity'

for (const [process, policy, least] of [
  ['webhook', webhookPolicy, ['ec2:DescribeSubnets']],
  ['controller', controllerPolicy, ['elasticloadbalancing:CreateRule', 'ec2:CreateTags']],
] as const) {
  void t.test(`the policy of the ${process} allows each action that its code calls, and no other`, async (t) => {
    const called = await callsInCode(process)
    for (const call of least) t.ok(called.includes(call), call)
    t.strictSame(
      actionsOf(policy),
      called.filter((call) => call !== withoutPermission),
    )
  })

  void t.test(
    `each action of the ${process} is named in full, and each statement is bound by a condition or a resource`,
    async (t) => {
      for (const { Sid, Action, Condition = {}, Resource } of policy.Statement) {
        t.ok(Object.keys(Condition).length > 0 || Resource !== '*', Sid)
        for (const action of Action) t.match(action, /^[a-z0-9]+:[A-Z][A-Za-z]+$/)
      }
      const sids = policy.Statement.map(({ Sid }) => Sid)
      t.equal(new Set(sids).size, sids.length)
    },
  )

  void t.test(`the policy of the ${process} fits into one managed policy of 6,144 characters`, async (t) => {
    t.ok(JSON.stringify(policy).length <= 6_144)
  })
}

void t.test('the webhook reads only', async (t) => {
  for (const action of actionsOf(webhookPolicy)) t.match(action, /:(Describe|Get|List)/)
})
