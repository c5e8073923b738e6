import t from 'tap'
import { quotaDefaults, type Quotas } from '../../../shared/ingress/quotas.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { certificate, facts, ingress, node, path, service } from '../../builders.ts'
import { told } from './told.ts'

const raised = (changes: Partial<Quotas>) => ({ quotas: { ...quotaDefaults, ...changes } })
const keys = (written: Readonly<Record<string, string>>): Ingress => ingress({ keys: written })
const certificates = Array.from({ length: 40 }, (_, index) =>
  certificate({ arn: certificate().arn.replace(/.{2}$/, String(10 + index)) }),
)
const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join()
const withPaths = (count: number): Ingress =>
  ingress({
    spec: { ...ingress().spec, rules: [{ paths: Array.from({ length: count }, (_, i) => path({ path: `/${i}` })) }] },
  })
const securityGroups = Array.from({ length: 10 }, (_, i) => ({ id: `sg-${i}`, name: '', vpcId: 'vpc-0a1b' }))

/** What is refused or warned of at the defaults, and nothing once the quota is raised. */
const rows: readonly { readonly ingress: Ingress; readonly quotas: Partial<Quotas>; readonly told: string }[] = [
  { ingress: withPaths(120), quotas: { 'rules-per-alb': 200 }, told: 'deny RulesTooMany spec.rules' },
  {
    ingress: keys({ 'listen-ports': `[${many(51, (i) => `{"HTTP":${8000 + i}}`)}]` }),
    quotas: { 'listeners-per-alb': 100, 'rules-per-security-group': 100 },
    told: 'deny ListenersTooMany listen-ports',
  },
  {
    ingress: keys({ 'certificate-arn': certificates.map(({ arn }) => arn).join() }),
    quotas: { 'certificates-per-alb': 100 },
    told: 'deny CertificatesTooMany certificate-arn',
  },
  {
    ingress: keys({ 'security-groups': many(6, (i) => `sg-${i}`), 'manage-backend-security-group-rules': 'true' }),
    quotas: { 'security-groups-per-alb': 7 },
    told: 'deny SecurityGroupsTooMany security-groups',
  },
  {
    ingress: keys({ 'inbound-cidrs': many(70, (i) => `10.${i}.0.0/16`) }),
    quotas: { 'rules-per-security-group': 200 },
    told: 'deny SecurityGroupRulesTooMany inbound-cidrs',
  },
]

void t.test('a quota that AWS has raised counts in place of its default', async (t) => {
  const world = { certificates, securityGroups, services: [service()], nodes: [node()] }
  for (const { ingress: written, quotas, told: expected } of rows) {
    t.same(told(written, facts(world)), [expected])
    t.same(told(written, facts({ ...world, flags: raised(quotas) })), [], expected)
  }
})
