import t from 'tap'
import * as acm from '../../../shared/aws/acm.ts'
import * as ec2 from '../../../shared/aws/ec2.ts'
import * as elasticLoadBalancing from '../../../shared/aws/elastic-load-balancing.ts'
import * as iam from '../../../shared/aws/iam.ts'
import { actionClass, defaultRates, Limits, TokenBucket } from '../../../shared/aws/limits.ts'
import * as sts from '../../../shared/aws/sts.ts'
import { manualClock, settle } from './manual-clock.ts'

void t.test('a bucket gives its burst at once and then its rate, in the order of asking', async (t) => {
  const clock = manualClock()
  const bucket = new TokenBucket({ rate: 2, burst: 3 }, clock)
  const given: number[] = []
  for (let count = 0; count < 6; count += 1) void bucket.take().then(() => given.push(count))
  await settle()
  t.same(given, [0, 1, 2])
  await clock.advance(499)
  t.same(given, [0, 1, 2])
  await clock.advance(1)
  t.same(given, [0, 1, 2, 3])
  await clock.advance(1000)
  t.same(given, [0, 1, 2, 3, 4, 5])
})

void t.test('a bucket saves up no more than its burst', async (t) => {
  const clock = manualClock()
  const bucket = new TokenBucket({ rate: 10, burst: 2 }, clock)
  await clock.advance(60_000)
  let given = 0
  for (let count = 0; count < 5; count += 1) void bucket.take().then(() => (given += 1))
  await settle()
  t.equal(given, 2)
})

void t.test('who gives up gives the token back', async (t) => {
  const clock = manualClock()
  const bucket = new TokenBucket({ rate: 1, burst: 1 }, clock)
  await bucket.take()
  const controller = new AbortController()
  const abandoned = bucket.take(controller.signal)
  controller.abort(new Error('enough'))
  await t.rejects(abandoned, { message: 'enough' })
  let given = false
  void bucket.take().then(() => (given = true))
  await clock.advance(1000)
  t.ok(given)
})

void t.test('calls of one class share a budget, other classes have their own', async (t) => {
  const clock = manualClock()
  const limits = new Limits(clock, { rates: { 'elasticloadbalancing:Describe': { rate: 1, burst: 1 } } })
  await limits.take('elasticloadbalancing', 'DescribeTags')
  let described = false
  void limits.take('elasticloadbalancing', 'DescribeRules').then(() => (described = true))
  await limits.take('elasticloadbalancing', 'CreateRule')
  await limits.take('ec2', 'DescribeSubnets')
  t.notOk(described)
  await clock.advance(1000)
  t.ok(described)
})

void t.test('a total bounds all classes together', async (t) => {
  const clock = manualClock()
  const limits = new Limits(clock, { total: { rate: 2, burst: 2 } })
  let given = 0
  for (const action of ['DescribeTags', 'CreateRule', 'ModifyRule'])
    void limits.take('elasticloadbalancing', action).then(() => (given += 1))
  await settle()
  t.equal(given, 2)
  await clock.advance(500)
  t.equal(given, 3)
})

void t.test('a service that is given budgets has no others: a call waits for each that matches', async (t) => {
  const clock = manualClock()
  const serviceId = 'Elastic Load Balancing v2'
  const limits = new Limits(clock, {
    throttles: [
      { serviceId, actions: '^Create', rate: 1, burst: 2 },
      { serviceId, actions: 'Rule$', rate: 1, burst: 1 },
      { serviceId: 'WAFV2', actions: '.*', rate: 1, burst: 1 },
    ],
  })
  const given: string[] = []
  for (const action of ['CreateRule', 'CreateRule'])
    void limits.take('elasticloadbalancing', action).then(() => given.push(action))
  for (let count = 0; count < 300; count += 1) await limits.take('elasticloadbalancing', 'ModifyListener')
  await settle()
  t.same(given, ['CreateRule'])
  await clock.advance(1000)
  t.same(given, ['CreateRule', 'CreateRule'])
  for (let count = 0; count < 50; count += 1) await limits.take('ec2', 'DescribeSubnets')
  let described = false
  void limits.take('ec2', 'DescribeSubnets').then(() => (described = true))
  await settle()
  t.notOk(described, 'a service that is not named keeps its own')
})

void t.test('each action that is called has a budget', (t) => {
  t.equal(actionClass('elasticloadbalancing', 'DeregisterTargets'), 'elasticloadbalancing:Targets')
  t.equal(actionClass('ec2', 'AuthorizeSecurityGroupIngress'), 'ec2:other')
  const operations = [acm, ec2, elasticLoadBalancing, iam, sts].flatMap((service) => Object.values(service))
  t.ok(operations.length > 40)
  for (const { service, action } of operations) t.hasProp(defaultRates, actionClass(service, action), action)
  t.end()
})
