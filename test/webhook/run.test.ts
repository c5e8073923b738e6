import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { parseFlags } from '../../shared/process/flags.ts'
import { createLog } from '../../shared/process/log.ts'
import { runWebhook } from '../../webhook/run.ts'
import { createCertificateAuthority, issueServingCertificate } from '../local/certificates.ts'
import { startApiServer } from '../shared/cluster/api-server.ts'
import { aboutAnnotation } from '../shared/findings/finding.ts'
import { judges, nothingFound, review } from './rig.ts'

const freePort = async (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const get = async (url: string): Promise<string> => {
  try {
    const response = await fetch(url)
    return `${response.status} ${await response.text()}`
  } catch {
    return 'no answer'
  }
}

const post = async (port: number, path: string, ca: string): Promise<{ response: { allowed: boolean } }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const agent = new Agent({ keepAlive: false })
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', ca, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(review()))
  })

const eventually = async (ask: () => Promise<string>, wanted: RegExp): Promise<string> => {
  const patience = performance.now() + 10_000
  let last = ''
  while (performance.now() < patience) {
    last = await ask()
    if (wanted.test(last)) return last
    await delay(20)
  }
  throw new Error(`still ${last}`)
}

void t.test(
  'the process is ready once it has a certificate and its caches, serves, and stops when its time is over',
  async (t) => {
    const api = await startApiServer()
    const directory = await mkdtemp(join(tmpdir(), 'webhook-run-'))
    const [port, healthPort] = await Promise.all([freePort(), freePort()])
    const parsed = parseFlags(
      [
        '--cluster-name=demo',
        '--aws-region=ap-northeast-1',
        '--aws-vpc-id=vpc-0a1b',
        `--kubeconfig=${api.kubeconfig}`,
        `--webhook-bind-port=${port}`,
        `--webhook-cert-dir=${directory}`,
        `--health-probe-bind-addr=127.0.0.1:${healthPort}`,
        `--metrics-bind-addr=127.0.0.1:${healthPort}`,
        '--shutdown-delay=300ms',
        '--certificate-poll-period=50ms',
      ],
      {},
    )
    if (parsed.is !== 'settings') throw new Error(JSON.stringify(parsed))
    const lines: string[] = []
    const stop = new AbortController()
    const badScheme = aboutAnnotation('scheme', { code: 'SchemeUnknown', message: 'no scheme' })
    const running = runWebhook({
      settings: parsed.settings,
      log: createLog({ level: 'info', write: (line) => lines.push(line) }),
      stop: stop.signal,
      judges: judges({ ingress: () => ({ ...nothingFound, findings: [badScheme] }) }),
      ruleset: '1',
      files: { certificateFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') },
    })
    t.teardown(async () => {
      stop.abort()
      await running
      await api.close()
      await rm(directory, { recursive: true })
    })
    const health = (path: string) => async (): Promise<string> => get(`http://127.0.0.1:${healthPort}${path}`)

    t.match(await eventually(health('/readyz'), /^503 not ready: no certificate/), /endpoints not warm; not listening/)
    t.match(await health('/healthz')(), /^200 /)
    const ca = createCertificateAuthority('test')
    await issueServingCertificate(ca, ['127.0.0.1'], { directory })
    await eventually(health('/readyz'), /^200 /)
    t.match(await post(port, '/validate/ingress?timeout=5s', ca.certificate), { response: { allowed: false } })
    t.match(await post(port, '/validate/stray-ingress', ca.certificate), { response: { allowed: true } })
    const metrics = await health('/metrics')()
    t.match(metrics, 'alb_webhook_cache_synced{kind="services"} 1')
    t.match(metrics, /alb_webhook_tls_not_after_seconds 1\.\d+e\+9|alb_webhook_tls_not_after_seconds \d{10}/)
    t.match(
      metrics,
      'alb_webhook_requests_total{endpoint="/validate/ingress",operation="CREATE",verdict="denied",dry_run="false"} 1',
    )
    t.notMatch(metrics, 'endpoint="/mutate/ingress"', 'the reviews that warm it up are not counted')
    t.match(api.seen.map(({ path }) => path).join(' '), '/apis/networking.k8s.io/v1/ingressclasses')

    await issueServingCertificate(ca, ['127.0.0.1'], { directory, notAfter: new Date(Date.now() + 1_800_000) })
    await eventually(health('/readyz'), /^503 not ready: certificate ends within 1 h/)
    await issueServingCertificate(ca, ['127.0.0.1'], { directory })
    await eventually(health('/readyz'), /^200 /)

    stop.abort()
    t.match(await health('/readyz')(), /^503 not ready: stopping/)
    t.match(await post(port, '/validate/ingress', ca.certificate), { response: { allowed: false } }, 'it serves on')
    await running
    t.equal(await health('/healthz')(), 'no answer')
    await t.rejects(post(port, '/validate/ingress', ca.certificate), { code: 'ECONNREFUSED' })
    t.match(lines.join(''), /"msg":"caches synced"[^]*"msg":"ready"[^]*"msg":"serving on before stopping"/)
    t.notMatch(lines.join(''), '"level":"error"')
  },
)
