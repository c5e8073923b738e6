import { Registry } from 'prom-client'
import t from 'tap'
import { ControllerMetrics } from '../../controller/metrics.ts'
import { alerts } from '../../manifests/render/alerts.ts'
import { values } from '../../manifests/render/values.ts'
import { webhookNames } from '../../manifests/render/webhook-configurations.ts'
import { parseFlags } from '../../shared/process/flags.ts'
import { createWebhookMetrics } from '../../webhook/metrics.ts'
import { items, textAt } from './at.ts'

const rules = items(alerts(values, webhookNames(values)), 'spec', 'groups').flatMap((group) => items(group, 'rules'))
const expressions = rules.map((rule) => textAt(rule, 'expr'))

void t.test('each alert has a severity and a sentence', async (t) => {
  t.ok(rules.length >= 9)
  for (const rule of rules) {
    t.match(textAt(rule, 'labels', 'severity'), /^(critical|warning)$/)
    t.match(textAt(rule, 'annotations', 'summary'), /^.{20,120}\.$/)
  }
})

void t.test('each metric of ours that an alert asks for is one that a process shows', async (t) => {
  const registry = new Registry()
  createWebhookMetrics(registry, {
    bodyBytes: () => 0,
    caches: () => [],
    loopDelaySeconds: () => 0,
    oldestFactSeconds: () => 0,
  })
  t.ok(
    new ControllerMetrics(
      registry,
      () => ({}),
      () => false,
    ),
  )
  const shown = new Set(registry.getMetricsAsArray().map(({ name }) => name))
  const asked = new Set(expressions.flatMap((expression) => expression.match(/\balb_[a-z_]+/g) ?? []))
  t.ok(asked.size >= 7)
  t.strictSame(
    [...asked].filter((name) => !shown.has(name)),
    [],
  )
})

void t.test('the metrics of the API server are asked for our webhooks alone', async (t) => {
  const ofServer = expressions.filter((expression) => expression.includes('apiserver_'))
  t.equal(ofServer.length, 3)
  for (const expression of ofServer) {
    const [, pattern = ''] = /name=~"([^"]+)"/.exec(expression) ?? []
    const matches = new RegExp(`^(${pattern.replaceAll('\\\\', '\\')})$`)
    for (const name of webhookNames(values)) t.match(name, matches)
    t.notMatch('validate-ingress-k8s-aws', matches)
  }
})

void t.test('a fact is called old after three of the readings that are made unless told otherwise', async (t) => {
  const parsed = parseFlags(['--cluster-name=demo', '--aws-region=r', '--aws-vpc-id=v'], {}, 'webhook')
  if (parsed.is !== 'settings') throw new Error('the flags were refused')
  const seconds = (3 * parsed.settings.waits.factsRefresh) / 1_000
  t.ok(expressions.includes(`alb_webhook_aws_fact_age_seconds > ${seconds}`))
})
