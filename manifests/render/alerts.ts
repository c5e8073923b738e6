import type { JsonObject, Manifest } from './objects.ts'
import { servingCertificateDays } from './certificates.ts'
import { productLabels } from './labels.ts'
import type { Values } from './values.ts'

/** What somebody should look at, as a PrometheusRule of the Prometheus Operator. */
export const alerts = (values: Values, webhookNames: readonly string[]): Manifest => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'alb-ingress', namespace: values.namespace, labels: productLabels },
  spec: {
    groups: [
      { name: 'alb-ingress-admission', rules: admission(webhookNames) },
      { name: 'alb-ingress-controller', rules: controller },
    ],
  },
})

/** Days of a serving certificate below which something keeps it from being renewed: a quarter of its life. */
const fewDays = servingCertificateDays.valid / 4

/** Age in seconds of three background readings of AWS (`--facts-refresh`, 60 s unless told). */
const threeReadings = 180

const admission = (webhookNames: readonly string[]): readonly JsonObject[] => {
  const ours = `name=~"${webhookNames.map((name) => name.replaceAll('.', '\\\\.')).join('|')}"`
  return [
    alert('AlbWebhookCallsFail', 'critical', {
      expr: `sum by (name, error_type) (increase(apiserver_admission_webhook_rejection_count{${ours}, error_type!="no_error"}[5m])) > 0`,
      summary: 'The API server refuses writes because it cannot call {{ $labels.name }} ({{ $labels.error_type }}).',
    }),
    alert('AlbWebhookSkipped', 'warning', {
      expr: `sum by (name) (increase(apiserver_admission_webhook_fail_open_count{${ours}}[10m])) > 0`,
      summary: 'The API server lets writes pass without {{ $labels.name }}, which it cannot call.',
    }),
    alert('AlbWebhookSlow', 'warning', {
      expr: `histogram_quantile(0.99, sum by (name, le) (rate(apiserver_admission_webhook_admission_duration_seconds_bucket{${ours}}[5m]))) > 1`,
      for: '5m',
      summary: 'One in a hundred calls of {{ $labels.name }} takes more than a second.',
    }),
    alert('AlbWebhookCertificateEnds', 'critical', {
      expr: `alb_webhook_tls_not_after_seconds - time() < ${fewDays} * 86400`,
      for: '1h',
      summary: 'The serving certificate of the webhook was not renewed; it ends in {{ $value | humanizeDuration }}.',
    }),
    alert('AlbWebhookCertificateNotLoaded', 'warning', {
      expr: 'increase(alb_webhook_tls_load_failures_total[15m]) > 0',
      summary: 'A new serving certificate of the webhook cannot be loaded; the one before is still served.',
    }),
    alert('AlbWebhookFactsOld', 'warning', {
      expr: `alb_webhook_aws_fact_age_seconds > ${threeReadings}`,
      for: '5m',
      summary: 'The webhook cannot read AWS; it warns instead of checking.',
    }),
    alert('AlbWebhookRuleFails', 'warning', {
      expr: 'sum by (code) (increase(alb_webhook_rule_failures_total[15m])) > 0',
      summary: 'Rule {{ $labels.code }} fails: a defect. Its fault goes untold.',
    }),
    alert('AlbWebhookDeadlineHit', 'warning', {
      expr: 'sum(rate(alb_webhook_deadline_hits_total[10m])) / sum(rate(alb_webhook_requests_total[10m])) > 0.001',
      for: '10m',
      summary: 'More than one answer in a thousand is given without all facts, because time runs out.',
    }),
  ]
}

const controller: readonly JsonObject[] = [
  alert('AlbControllerWithoutLeader', 'critical', {
    expr: 'sum(alb_leader) < 1 or absent(alb_leader)',
    for: '2m',
    summary: 'No controller holds the Lease: load balancers stay as they are.',
  }),
  alert('AlbIngressFailing', 'warning', {
    expr: 'max(alb_members_failing) > 0',
    for: '30m',
    summary: '{{ $value }} Ingresses cannot be built; alb_member_failing and their events say which and why.',
  }),
]

function alert(
  name: string,
  severity: 'critical' | 'warning',
  of: { readonly expr: string; readonly for?: string; readonly summary: string },
): JsonObject {
  return {
    alert: name,
    expr: of.expr,
    ...(of.for === undefined ? {} : { for: of.for }),
    labels: { severity },
    annotations: { summary: of.summary },
  }
}
